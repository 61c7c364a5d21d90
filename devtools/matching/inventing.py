"""Texts as founders write them, by the thousand: the same seed gives the same texts, about anybody nothing true.

What makes ranking cheap or dear is how many documents share a word. Parts are drawn unevenly, few often and most seldom,
as words are; a need, an offer, a card and an answer are worded differently; names of brands are made up.
"""

# ruff: noqa: SIM905  (words in a row read better than a list of quotes)

import random
from collections.abc import Iterator
from itertools import accumulate
from typing import Any

THINGS = tuple(
    "直播间 短视频 小程序 独立站 供应链 注塑件 冲压模具 电路板 锂电池 充电桩 太阳能板 无人机 机械臂 传感器 数控机床 包装盒 不干胶 纸箱 "
    "玻璃瓶 化妆品 面膜 香薰 洗发水 牙膏 保健品 益生菌 蛋白粉 预制菜 火锅底料 烘焙 咖啡豆 茶叶 白酒 精酿 果汁 奶制品 冷冻水产 牛羊肉 "
    "大米 菌菇 花卉 宠物粮 猫砂 童装 校服 羽绒服 内衣 运动鞋 箱包 首饰 眼镜 手表 家具 床垫 灯具 瓷砖 门窗 厨具 净水器 空调 扫地机 "
    "按摩椅 轮椅 助听器 血糖仪 口罩 中药饮片 体检 康复 牙科 月子餐 早教 托育 研学 职业培训 英语课 编程课 健身房 瑜伽 剧本杀 密室 民宿 "
    "露营地 酒店 旅行社 签证 机票 婚礼 会展 舞台 音响 摄影 动画 插画 游戏 配音 音乐 图书 出版 展柜 招牌 海报 画册 域名 服务器 云存储 "
    "数据库 报表 财务软件 进销存 客服系统 语音识别 图像识别 知识库 大模型 爬虫 网络安全 等保 支付接口 电子发票 电子合同 商标 专利 版权 "
    "审计 代账 股权 期权 融资 路演 尽调 并购 上市 银行授信 保理 租赁 保险 社保 薪酬 猎头 灵活用工 外包 工位 厂房 仓库 冷库 物业 装修 "
    "消防 环评 安全生产 食品许可 医疗器械证 出口退税 报关 海运 空运 铁路班列 快递 同城配送 海外仓 亚马逊 速卖通 独立设计师 买手店 "
    "加盟店 社区团购 便利店 商超 餐饮店 奶茶店 烧烤 团餐 食堂 养老院 幼儿园 学校 医院 药店 诊所 农场 果园 养殖场 饲料 化肥 种子 农机 "
    "钢材 铝材 塑料粒子 橡胶 涂料 胶水 轴承 阀门 水泵 电缆 变压器 电梯 起重机 叉车 卡车 二手车 汽车配件 轮胎 电动车 自行车 船舶 "
    "再生资源 污水处理 碳核算 检测 认证 标准 培训".split()
)
DOING = tuple(
    "代工 代运营 定制 批发 分销 选品 设计 研发 打样 量产 拍摄 剪辑 投放 获客 推广 招商 加盟 培训 咨询 诊断 陪跑 托管 维护 安装 检修 "
    "采购 集采 仓储 配送 清关 出海 翻译 合规 备案 申报 审核 测试 认证 评估 拍卖 回收 改造 升级 自动化 数字化 品牌升级 渠道 联名 团购".split()
)
FOR = tuple(
    "食品 服装 母婴 宠物 美妆 家居 建材 餐饮 连锁 教育 医疗 养老 文旅 体育 游戏 影视 出版 广告 跨境 外贸 电商 零售 批发 物流 汽车 "
    "新能源 光伏 储能 半导体 机器人 航空 船舶 化工 冶金 纺织 印刷 造纸 农业 水产 林业 环保 地产 物业 金融 保险 法律 财税 人力 软件 "
    "硬件 通信 安防 政府 高校 医院 社区 乡村 园区".split()
)
CITIES = tuple(
    "深圳 广州 东莞 佛山 上海 杭州 苏州 宁波 义乌 温州 南京 无锡 合肥 武汉 长沙 郑州 西安 成都 重庆 昆明 贵阳 南宁 厦门 泉州 福州 "
    "青岛 济南 北京 天津 石家庄 沈阳 大连 长春 哈尔滨 太原 兰州 乌鲁木齐 海口 香港 新加坡 曼谷 雅加达 胡志明市 迪拜 东京".split()
)
SAID = tuple(
    "团队稳定 起订量低 交期两周 可以先打样 老客户复购多 支持账期 按结果收费 第一次免费聊 不收定金 售后自己做 有现货 淡季有空档 样品包邮 "
    "现场可看 合同写清楚 每周复盘 价格随行情 不接急单 只做熟人介绍 做过出口 通过验厂 有质检报告 设备去年刚换 老板亲自跟 夜里也能响应 "
    "签保密协议 数据归客户 月底结算 走对公账户 有两个备份方案 踩过的坑可以讲 失败的例子也给看 能帮忙对接政府补贴 熟悉平台规则 "
    "会讲粤语 英语流利 在当地有仓 有自己的车队 培训到会为止 报价当天给 小批量也认真 愿意分成 可以换股 长期找伙伴 先签三个月 "
    "退换无忧 老师傅带班 拿过行业奖 上过省台 服务过上市公司 毛利透明 库存共享 一件代发 联合开发 产能还剩三成 旺季要提前排 "
    "可开专票 接受验货 图纸给到就能报 软件可私有部署 接口文档齐 二十四小时值班 每年更新两版 已经盈利 还在亏损但现金够 "
    "搬了新厂 换了合伙人 刚融完一轮 准备开第二家店 打算明年出海 客户集中在华东 线上占七成 主要做线下 只服务中小企业".split()
)
ASKING = tuple(
    "谁认识{thing}{doing}的人，{trade}方向，{city}优先|找{thing}供应商，做{trade}，{doing}要快|{trade}公司想学{thing}怎么{doing}|"
    "{city}有没有靠谱的{thing}{doing}|请教：{thing}{doing}一年大概多少预算|求{trade}行业的{doing}伙伴，我们有{thing}|"
    "急：{thing}断货，{city}附近谁能{doing}|想把{thing}卖到{city}，缺{doing}的人|{thing}和{other}二选一，{trade}该怎么定".split(
        "|"
    )
)
OFFERING = tuple(
    "{thing}{doing}，服务{trade}客户{years}年|{city}{thing}工厂，接{doing}|帮{trade}企业做{thing}{doing}|{trade}：{thing}与{other}{doing}|"
    "{brand}：{thing}{doing}一站完成|可以分享{thing}{doing}的经验|{people}人团队专做{thing}|{city}本地{doing}，{thing}为主".split(
        "|"
    )
)
TELLING = tuple(
    "{brand}{when}成立，现在{people}个人，主营{thing}和{other}|去年给{city}一家{trade}公司做{doing}，{thing}成本降了{percent}|"
    "我们在{city}，客户多为{trade}|现在卡在{thing}的{doing}上，{other}倒是顺的|手上有{number}家{trade}渠道，缺{thing}|"
    "{thing}这一块{when}开始做，{doing}靠自己摸索|之前找过{city}的{doing}公司，{thing}没做好|月出货{number}箱，{other}另算|"
    "合伙人原来在{trade}做{thing}，{years}年|用{english}管{doing}，效果不错|{trade}的{doing}和别的行业不一样，先看{thing}|"
    "欢迎来{city}喝茶，看看{thing}的样品".split("|")
)
ENGLISH = tuple(
    "TikTok Shopify SaaS ERP CRM OEM ODM MCN SKU B2B AI Python Amazon Temu logistics branding export "
    "livestream wholesale patent FDA CE ISO9001 HACCP GMP Figma Notion SAP Excel".split()
)
YEARS, PEOPLE = (
    ("两", "三", "五", "六", "八", "十", "十二", "二十"),
    ("四", "七", "十一", "三十", "六十", "一百二十", "300"),
)
WHEN, PERCENT = (
    ("去年", "前年", "疫情后", "2016 年", "2019 年", "今年春天"),
    ("一成", "两成", "15%", "三分之一", "近半"),
)
# Of made-up names; the tail of seldom words that every real collection has.
NAME = "禾沐澜屿栎棠岚砚霁舫筠穗芷祺煦泓琅皓翎渝墨桐柚鲸鹿鹭衡拓恒睿启元聚博颂乐谷川岭岸野"
TOPICS = ("staff", "partner", "customers", "promotion", "product", "suppliers")
LACKS = ("money", "people", "resources", "know_how")


def _often(parts: tuple[str, ...]) -> list[float]:
    """How often each is drawn, summed up: as words are used, one over its place (softened by 8)."""
    return list(accumulate(1 / (place + 8) for place in range(len(parts))))


DRAWN = {
    name: (parts, _often(parts))
    for name, parts in {
        "thing": THINGS, "other": THINGS, "doing": DOING, "trade": FOR, "city": CITIES, "english": ENGLISH, "years": YEARS,
        "people": PEOPLE, "when": WHEN, "percent": PERCENT,
    }.items()
}  # fmt: skip
SAID_OFTEN = _often(SAID)


def invented(count: int, seed: int = 1) -> Iterator[dict[str, Any]]:
    """Offers, cards, answers and needs, four to three to two to one."""
    dice = random.Random(seed)
    for number in range(count):
        yield {
            "key": f"g{number}",
            **_document(dice, dice.choices(["offer", "card", "answer", "need"], [4, 3, 2, 1])[0]),
        }


def needs(count: int, seed: int = 2) -> Iterator[dict[str, Any]]:
    dice = random.Random(seed)
    for number in range(count):
        yield {"key": f"n{number}", **_document(dice, "need")}


def _document(dice: random.Random, kind: str) -> dict[str, Any]:
    parts = {name: dice.choices(some, cum_weights=often)[0] for name, (some, often) in DRAWN.items()}
    parts |= {"brand": "".join(dice.choices(NAME, k=2)), "number": str(dice.randint(2, 900))}
    title = dice.choice(ASKING if kind == "need" else OFFERING).format(**parts)
    more = parts | {"other": dice.choices(THINGS, cum_weights=DRAWN["thing"][1])[0]}
    told = [said.format(**more) for said in dice.sample(TELLING, dice.choice([1, 2, 2, 3]))]
    told += dict.fromkeys(dice.choices(SAID, cum_weights=SAID_OFTEN, k=dice.choice([1, 2, 3])))
    return {
        "kind": kind,
        "title": title,
        "text": "。".join(told) + "。",
        "topics": [dice.choice(TOPICS)],
        "lacks": [dice.choice(LACKS)],
    }
