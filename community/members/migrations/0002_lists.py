"""The lists a new club starts with: tiers, staff roles, industries, cities. Administrators change them later."""

from django.db import migrations

TIERS = [
    ("member", "会员", "Member", False, 4, 3, 3, 2),
    ("trainee", "实习会员", "Trainee", True, 2, 1, 1, 0),
]
ROLES = ["organizer", "reviewer", "treasurer", "administrator"]
INDUSTRIES = [
    ("跨境电商", "Cross-border e-commerce"),
    ("国内电商", "E-commerce"),
    ("软件与互联网", "Software and internet"),
    ("智能硬件", "Smart hardware"),
    ("制造与供应链", "Manufacturing and supply chain"),
    ("品牌与设计", "Branding and design"),
    ("广告与直播", "Advertising and livestreaming"),
    ("餐饮与食品", "Food and restaurants"),
    ("教育与培训", "Education and training"),
    ("医疗与健康", "Health"),
    ("财税与法律", "Finance, tax and law"),
    ("物流与仓储", "Logistics and warehousing"),
    ("建筑与家居", "Construction and home"),
    ("文化与旅游", "Culture and travel"),
    ("其他", "Other"),
]
CITIES = [
    ("深圳", "Shenzhen"),
    ("广州", "Guangzhou"),
    ("东莞", "Dongguan"),
    ("佛山", "Foshan"),
    ("珠海", "Zhuhai"),
    ("香港", "Hong Kong"),
    ("上海", "Shanghai"),
    ("杭州", "Hangzhou"),
    ("北京", "Beijing"),
    ("成都", "Chengdu"),
    ("其他城市", "Another city"),
]


def fill(apps, schema_editor):
    Tier = apps.get_model("members", "Tier")
    for position, (code, zh, en, trainees, tables, visits, posts, guests) in enumerate(TIERS):
        Tier.objects.create(
            code=code, name_zh=zh, name_en=en, for_trainees=trainees, position=position, roundtables_a_month=tables,
            visits_a_quarter=visits, open_posts=posts, guests_a_quarter=guests,
        )  # fmt: skip
    for name in ROLES:
        apps.get_model("auth", "Group").objects.get_or_create(name=name)
    for model, names in (("Industry", INDUSTRIES), ("City", CITIES)):
        apps.get_model("members", model).objects.bulk_create(
            apps.get_model("members", model)(name_zh=zh, name_en=en, position=position)
            for position, (zh, en) in enumerate(names)
        )


class Migration(migrations.Migration):
    dependencies = [("members", "0001_initial"), ("auth", "0012_alter_user_first_name_max_length")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
