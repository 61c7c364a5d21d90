"""The review desk beyond the decision: named fields, letters before they are sent, notes, questions, who is told."""

from datetime import timedelta

import pytest
from django.test import Client

from community.kernel import audit
from community.kernel.errors import RuleBroken
from community.kernel.models import Message
from community.members import policies, rules, selectors
from community.members.models import Application, Document, Question
from community.members.services import applications, documents, reviewing, talking
from tests import make

pytestmark = pytest.mark.django_db
AT = make.NOON
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture(autouse=True)
def _demo(settings) -> None:
    settings.STAFF_SECOND_FACTOR = False


def signed_in(who) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(who)
    return client


def asked(*fields: str, **changes) -> Application:
    """An application that reviewers asked about, typed as a person types it."""
    who, by = make.person("林晓"), make.reviewer()
    draft = applications.start(who, at=AT)
    typed = make.typed(**changes)
    applications.save_draft(draft.pk, typed, by=who, at=AT)
    Document.objects.create(application=draft, kind="licence", name="a.png", content_type="image/png", size=1,
                            file="evidence/none", uploaded_at=AT)  # fmt: skip
    applications.submit(draft.pk, make.clean(credit_code=typed["credit_code"]), by=who, at=AT)
    reviewing.claim(draft.pk, by=by, at=AT)
    return reviewing.ask(draft.pk, reason="请补一句", fields=fields, by=by, at=AT + HOUR)


class TestNamedFields:
    def test_only_they_can_be_changed(self) -> None:
        application = asked("about")
        who = application.person
        applications.save_draft(application.pk, {"about": "新的介绍", "city": application.draft["city"]}, by=who, at=AT)
        with pytest.raises(RuleBroken, match=r"application\.not_asked"):
            applications.save_draft(application.pk, {"title": "董事长"}, by=who, at=AT)
        with pytest.raises(RuleBroken, match=r"application\.not_asked"):
            documents.remove(application.documents.get(), by=who, at=AT)
        clean = make.clean(about="新的介绍", title="董事长", needs="别的", credit_code=make.credit_code())
        answered = applications.submit(application.pk, clean, by=who, at=AT + DAY, answer="补好了")
        answered.refresh_from_db()
        assert (answered.about, answered.title, answered.needs) == ("新的介绍", "", "")
        assert answered.company.credit_code == application.draft["credit_code"]
        assert answered.asked_fields == [] and answered.first_submitted_at == AT
        assert audit.trail(answered).last().reason == "补好了"

    def test_another_role_brings_along_what_hangs_on_it(self) -> None:
        application = asked("role")
        code = make.credit_code()
        clean = make.clean(role="shareholder", share_percent=20, credit_code=code, about="不该变")
        answered = applications.submit(application.pk, clean, by=application.person, at=AT + DAY)
        assert (answered.role, answered.company.credit_code) == ("shareholder", code)
        assert answered.about != "不该变"

    def test_something_has_to_be_named(self) -> None:
        application, by = make.submitted(), make.reviewer()
        reviewing.claim(application.pk, by=by, at=AT)
        with pytest.raises(RuleBroken, match=r"review\.fields"):
            reviewing.ask(application.pk, reason="x", fields=[], by=by, at=AT)

    def test_the_page_shows_only_them_and_says_so(self) -> None:
        application = asked("about", rules.PAPERS)
        client = signed_in(application.person)
        page = client.get("/application/").content.decode()
        assert "What the company does" in page and "The papers" in page and "请补一句" in page
        edit = client.get("/application/edit/").content.decode()
        assert 'name="about"' in edit and 'name="full_name"' not in edit and 'name="needs"' not in edit
        answer = client.post("/application/edit/?step=words", {"step": "words", "about": "新的介绍"})
        assert answer.headers["Location"].endswith("step=evidence")
        assert 'name="file"' in client.get("/application/edit/?step=evidence").content.decode()
        client.post("/application/submit/", {"step": "evidence", "consent": "on", "answer": "见新介绍"})
        application.refresh_from_db()
        assert (application.status, application.about) == ("submitted", "新的介绍")

    def test_a_hostile_post_of_another_field_changes_nothing(self) -> None:
        application = asked(rules.PAPERS)
        client = signed_in(application.person)
        client.post("/application/edit/", {"step": "me", "full_name": "别人"})
        application.refresh_from_db()
        assert application.draft["full_name"] == "林晓"
        assert 'name="file"' in client.get("/application/edit/").content.decode()


class TestLetters:
    @pytest.mark.parametrize("decision", ["approve", "ask", "reject"])
    def test_looked_at_before_it_is_sent(self, decision: str) -> None:
        application, by = make.submitted(make.person("林晓", language="en")), make.reviewer()
        client, path = signed_in(by), f"/desk/applications/{application.public_id}/"
        client.post(f"{path}claim/")
        today = application.submitted_at.date().isoformat()
        client.post(f"{path}verify/", {"source": "x", "checked_on": today, "result": "confirmed"})
        said = {"reason": "Please add the list of shareholders.", "fields_asked": ["documents"],
                "reason_code": "role_not_shown"}  # fmt: skip
        before = Message.objects.count()
        page = client.post(f"{path}letter/", {"decision": decision, **said})
        text = page.content.decode()
        assert page.status_code == 200 and "Hello 林晓" in text
        assert ("Please add the list" in text) == (decision != "approve")
        application.refresh_from_db()
        assert application.status == "submitted" and Message.objects.count() == before
        assert client.post(f"{path}{decision}/", said).status_code == 302
        application.refresh_from_db()
        assert application.status == {"approve": "approved", "ask": "more_needed", "reject": "rejected"}[decision]

    def test_what_is_missing_is_said_instead(self) -> None:
        application, by = make.submitted(), make.reviewer()
        client, path = signed_in(by), f"/desk/applications/{application.public_id}/"
        assert "Claim the application first" in client.post(f"{path}letter/", {"decision": "approve"}).content.decode()
        client.post(f"{path}claim/")
        for typed, said in (
            ({"decision": "approve"}, "Record what the public register said"),
            ({"decision": "ask", "reason": "x"}, "Tick what the applicant may change"),
            ({"decision": "ask", "fields_asked": "about"}, "Write a sentence"),
            ({"decision": "reject", "reason": "x"}, "Choose the reason"),
            ({"decision": "\x00"}, "Write a sentence"),
        ):
            assert said in client.post(f"{path}letter/", typed).content.decode()
        assert "Record what the public register said" in client.post(f"{path}approve/").content.decode()
        assert "Tick what" in client.post(f"{path}ask/", {"reason": "x"}).content.decode()
        assert "Choose the reason" in client.post(f"{path}reject/", {"reason": "x"}).content.decode()

    def test_the_second_reviewer_keeps_what_they_wrote(self) -> None:
        application, first, second = make.submitted(), make.reviewer(), make.reviewer()
        reviewing.claim(application.pk, by=first, at=application.submitted_at)
        Application.objects.update(claimed_at=None, claimed_by=None)
        path = f"/desk/applications/{application.public_id}/"
        said = {"reason": "我写的一段话", "reason_code": "conduct", "fields_asked": ["about"]}
        for name in ("ask", "reject"):
            page = signed_in(second).post(f"{path}{name}/", said).content.decode()
            assert "我写的一段话" in page and "Claim the application first" in page


class TestWords:
    def test_question_and_answer_on_one_timeline_and_by_mail(self) -> None:
        application, by = make.submitted(), make.reviewer()
        client = signed_in(application.person)
        client.post("/application/question/", {"text": "执照换新了要重传吗？"})
        question = Question.objects.get()
        assert Message.objects.filter(kind="members/question_asked", person=by).count() == 1
        desk = signed_in(by)
        path = f"/desk/applications/{application.public_id}/"
        assert "执照换新了" in desk.get(path).content.decode()
        assert "Question" in desk.get("/desk/applications/?whose=question").content.decode()
        assert desk.post(f"{path}answer/", {"question": question.pk, "text": "要的，传一份就好。"}).status_code == 302
        page = client.get("/application/").content.decode()
        assert "执照换新了" in page and "要的，传一份就好" in page
        assert Message.objects.filter(kind="members/question_answered", person=application.person).count() == 1
        for number in ("", "x", "99999", "1" * 30):
            assert desk.post(f"{path}answer/", {"question": number, "text": "x"}).status_code == 404

    def test_three_open_ones_at_most_none_before_sending_and_once_answered(self) -> None:
        application, by = make.submitted(), make.reviewer()
        asked = [talking.ask(application.pk, f"问题 {n}", by=application.person, at=AT) for n in range(3)]
        with pytest.raises(RuleBroken, match=r"question\.many"):
            talking.ask(application.pk, "再问", by=application.person, at=AT)
        talking.answer(asked[0].pk, "答", by=by, at=AT)
        with pytest.raises(RuleBroken, match=r"question\.answered"):
            talking.answer(asked[0].pk, "再答", by=by, at=AT)
        for words in ("", "  "):
            with pytest.raises(RuleBroken, match=r"question\.empty"):
                talking.ask(application.pk, words, by=application.person, at=AT)
            with pytest.raises(RuleBroken, match=r"question\.empty"):
                talking.answer(asked[1].pk, words, by=by, at=AT)
            with pytest.raises(RuleBroken, match=r"question\.empty"):
                talking.note(application.pk, words, by=by, at=AT)
        draft = applications.start(make.person(), at=AT)
        with pytest.raises(RuleBroken, match=r"question\.closed"):
            talking.ask(draft.pk, "x", by=draft.person, at=AT)

    def test_notes_are_for_reviewers_and_never_for_who_applies(self) -> None:
        who = make.reviewer()
        application, by = make.submitted(who), make.reviewer()
        path = f"/desk/applications/{application.public_id}/"
        assert signed_in(by).post(f"{path}note/", {"text": "打过电话，口气可疑"}).status_code == 302
        assert "口气可疑" in signed_in(by).get(path).content.decode()
        assert "口气可疑" not in signed_in(who).get("/application/").content.decode()
        own = signed_in(who).get(path).content.decode()
        assert "口气可疑" not in own and "Nobody decides their own" in own
        with pytest.raises(RuleBroken, match=r"review\.own"):
            talking.note(application.pk, "x", by=who, at=AT)

    def test_nobody_acts_on_their_own_by_address(self) -> None:
        who = make.reviewer()
        application = make.submitted(who)
        path = f"/desk/applications/{application.public_id}/"
        said = {"text": "x", "reason": "x", "reason_code": "conduct", "fields_asked": ["about"], "decision": "ask",
                "source": "x", "checked_on": "2026-11-21", "result": "confirmed"}  # fmt: skip
        before = audit.trail(application).count()
        for name in ("claim", "verify", "letter", "approve", "ask", "reject", "note", "extend", "extend/consent"):
            signed_in(who).post(f"{path}{name}/", said)
        application.refresh_from_db()
        assert application.status == "submitted" and application.claimed_by is None
        assert audit.trail(application).count() == before

    def test_reviewers_are_told_once_per_submission_but_not_of_their_own(self) -> None:
        who, by = make.reviewer(), make.reviewer()
        application = make.submitted(who)
        told = Message.objects.filter(kind="members/review_waiting")
        assert [m.person_id for m in told] == [by.pk] and not told.get().transactional
        other = make.reviewer()
        reviewing.claim(application.pk, by=by, at=AT)
        reviewing.ask(application.pk, reason="x", fields=["about"], by=by, at=AT)
        applications.submit(application.pk, make.clean(), by=who, at=AT + HOUR)
        assert sorted(m.person_id for m in told.all()) == sorted([by.pk, by.pk, other.pk])
        sponsored = make.submitted(sponsor=by)
        assert by not in selectors.reviewers_of(sponsored)


class TestMoreTime:
    def test_asked_for_and_consented_at_the_desk(self) -> None:
        first, second = make.reviewer(), make.reviewer()
        application = make.approved(at=_now() - DAY)
        end, path = application.clock_ends_at, f"/desk/applications/{application.public_id}/"
        one, two = signed_in(first), signed_in(second)
        assert "Write a sentence" in one.post(f"{path}extend/", {"text": " "}).content.decode()
        one.post(f"{path}extend/", {"text": "住院一周"})
        assert "Waiting for a second reviewer" in two.get("/desk/applications/").content.decode()
        assert "Another reviewer has to answer" in one.get(path).content.decode()
        two.post(f"{path}extend/consent/", {"answer": "refuse", "text": "再看看"})
        one.post(f"{path}extend/", {"text": "住院两周"})
        two.post(f"{path}extend/consent/", {"answer": "consent"})
        application.refresh_from_db()
        assert application.clock_ends_at == end + 7 * DAY
        page = signed_in(application.person).get("/application/").content.decode()
        assert "住院两周" in page and "再看看" not in page
        two.post(f"{path}extend/consent/", {"answer": "consent"})
        assert Application.objects.get(pk=application.pk).clock_ends_at == end + 7 * DAY


class TestQueue:
    def test_filters(self) -> None:
        first = make.submitted(make.person("甲"), at=AT)
        second = make.submitted(make.person("乙"), at=AT + 2 * DAY, role="shareholder", share_percent=10)
        by, at = make.reviewer(), AT + 4 * DAY
        reviewing.claim(second.pk, by=by, at=at)

        def listed(**only) -> list[int]:
            return list(selectors.review_queue("waiting", at=at, reader=by, **only).values_list("pk", flat=True))

        assert listed() == [first.pk, second.pk]
        assert listed(late=True) == [first.pk]
        assert listed(role="shareholder") == [second.pk] == listed(whose="mine")
        assert listed(whose="unclaimed") == [first.pk]
        assert listed(industry=first.industry, city=first.city) == [first.pk, second.pk]
        assert list(selectors.review_queue("waiting", at=at + DAY, whose="unclaimed")) == [first, second]

    def test_the_page_says_hours_and_takes_nonsense(self) -> None:
        make.submitted(make.person("甲"), at=_now() - 80 * HOUR)
        desk = signed_in(make.reviewer())
        assert "80 of 72 h" in desk.get("/desk/applications/").content.decode()
        for query in ("industry=x&city=-1&role=%00&whose=q&late=maybe", "late=on&role=trainee", "whose=mine"):
            assert desk.get(f"/desk/applications/?{query}").status_code == 200

    def test_as_many_queries_for_three_as_for_thirty(self, django_assert_max_num_queries) -> None:
        desk = signed_in(make.reviewer())
        for rows in (3, 27):
            for _ in range(rows):
                make.submitted()
            with django_assert_max_num_queries(14):
                desk.get("/desk/applications/")


class TestAgain:
    """R9: nothing verified is proved twice."""

    def withdrawn(self, code: str, at=AT) -> Application:
        application = make.approved(make.person("林晓"), at=at, credit_code=code)
        return applications.withdraw(application.pk, by=application.person, at=at + DAY)

    def test_papers_and_a_fresh_register_check_come_along(self) -> None:
        code = make.credit_code()
        last = self.withdrawn(code)
        again = applications.start(last.person, at=AT + 2 * DAY)
        assert again.documents.count() == 1 and last.documents.count() == 0
        again = applications.submit(again.pk, make.clean(credit_code=code), by=last.person, at=AT + 2 * DAY)
        check = again.verifications.get()
        assert check.checked_on == AT.date() and check.recorded_at == AT + 2 * DAY
        assert policies.papers_in_order(again, at=AT + 2 * DAY) and last.verifications.count() == 1

    @pytest.mark.parametrize(
        ("changes", "days"),
        [({}, 366), ({"role": "shareholder", "share_percent": 10}, 2), ({"credit_code": "other"}, 2)],
    )
    def test_not_when_old_or_of_another_role_or_company(self, changes, days) -> None:
        code = make.credit_code()
        last = self.withdrawn(code)
        again = applications.start(last.person, at=AT + days * DAY)
        facts = make.clean(**{"credit_code": code} | changes)
        facts["credit_code"] = make.credit_code() if facts["credit_code"] == "other" else facts["credit_code"]
        again = applications.submit(again.pk, facts, by=last.person, at=AT + days * DAY)
        assert not again.verifications.exists() and not policies.papers_in_order(again, at=AT + days * DAY)

    def test_a_trainee_has_none(self) -> None:
        assert not make.submitted(role="trainee").verifications.exists()


def _now():
    from django.utils import timezone

    return timezone.now()
