"""What members keeps of a person, and what signing in keeps (R52). The words of it: kernel/personal.py."""

from community.kernel.personal import DERIVED, OTHERS, SECRET, WORK, kept_back, told

_COMPANY = "company__legal_name company__credit_code"

RULES = (
    told(
        "members.Person", "pk", "account",
        "email full_name phone wechat language hide_me joined_at last_login", mine=False,
    ),
    told("members.Person_groups", "person", "account", "group__name", mine=False),
    told("account.EmailAddress", "user", "account", "email verified primary"),
    told("usersessions.UserSession", "user", "signing_in", "created_at last_seen_at ip user_agent"),
    told("mfa.Authenticator", "user", "signing_in", "type created_at last_used_at"),
    told(
        "members.Application", "person", "application",
        "status full_name phone wechat title role share_percent company__legal_name company__credit_code "
        "industry__name_zh city__name_zh stage about needs offers draft started_at submitted_at asked approved_at "
        "clock_ends_at attended_at paid_at admitted_at rejected_at reason_code reason lapsed_at lapse_reason "
        "withdrawn_at", without="sponsor",
    ),
    told("members.Document", "application", "application", "kind name size uploaded_at", file="file"),
    told("members.Document", "change", "application", "kind name size uploaded_at", file="file"),
    told("members.Verification", "application", "application", "source checked_on result recorded_at", mine=False),
    told("members.Verification", "change", "application", "source checked_on result recorded_at", mine=False),
    told("members.Question", "application", "application", "text asked_at answer answered_at", mine=False),
    told("members.ClockExtension", "application", "application", "why days reason extended_at ends_at", mine=False),
    told(
        "members.Stake", "person", "company",
        f"{_COMPANY} role share_percent verified_on imported_on failed_on ended_at",
    ),
    told("members.CompanyChange", "person", "company", f"{_COMPANY} role share_percent status asked_at decided_at reason"),
    told("members.Term", "person", "membership", "tier__name_zh starts_on ends_on ends_early_on recorded_at voided_at"),
    told("members.Chapter", "person", "account", "city__name_zh given_at"),
    told(
        "members.Suspension", "person", "membership",
        "begins_on ends_on reason set_at lifted_at appeal appealed_at answer answered_at",
    ),
    told(
        "members.Expulsion", "person", "membership", "reason answered_at readmitted_at permission",
        only=("status", "consented"),
    ),
    told("members.Farewell", "person", "membership", "left_at why words"),
    told("members.Block", "person", "account", "since_at"),
    told("members.DataExport", "person", "account", "asked_at made_at ends_at size deleted_at"),
    told("members.Erasure", "person", "account", "asked_at due_at undone_at"),
    told("members.Consent", "person", "consents", "purpose version words language given_at withdrawn_at"),
    *kept_back(
        WORK,
        "members.Application.claimed_by", "members.Application.approved_by", "members.Application.rejected_by",
        "members.Chapter.given_by", "members.ExtensionRequest.asked_by", "members.ExtensionRequest.answered_by",
        "members.ExtensionRequest.application", "members.CompanyChange.decided_by", "members.Verification.recorded_by",
        "members.RegisterAnswer.asked_by", "members.Question.answered_by", "members.ClubSettings.changed_by",
        "admin.LogEntry.user",
    ),
    *kept_back(
        WORK,
        "members.Suspension.set_by", "members.Suspension.lifted_by", "members.Suspension.answered_by",
        "members.Expulsion.asked_by", "members.Expulsion.answered_by", "members.Expulsion.readmitted_by",
    ),
    *kept_back(OTHERS, "members.Application.sponsor", "members.Block.blocked"),
    *kept_back(DERIVED, "members.Person_user_permissions.person", "members.Term.application"),
    *kept_back(SECRET, "account.EmailConfirmation.email_address"),
)  # fmt: skip
