"""The grants file: what is understood, and that every fault names file, line, field and remedy."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from analyzer.readers.grants import read_grants
from analyzer.readers.merging import merge, undeclared
from graph.grants import Grants
from graph.problems import Problem, ProblemKind

TOKEN = "ghp_Q7rT2vX9bN4mK8sL1dF6gH3jP5wY0zC2aE4u"


def read(text: str) -> tuple[Grants, tuple[Problem, ...]]:
    return read_grants(text, "grants.yaml")


def credential(*lines: str, kind: str = "railway/account-token", id_: str = "bot") -> str:
    rows = [f"  - id: {id_}", f"    kind: {kind}", *(f"    {line}" for line in lines)]
    return "\n".join(["version: 1", "credentials:", *rows, ""])


def only(text: str) -> Problem:
    """The one problem of a file."""
    _, problems = read(text)
    assert len(problems) == 1, [problem.what for problem in problems]
    return problems[0]


class TestUnderstood:
    def test_three_lines_are_enough(self) -> None:
        grants, problems = read(credential("held_in: scripts/add-domain.sh"))
        assert problems == ()
        (found,) = grants.credentials
        assert (found.id, found.kind) == ("bot", "railway/account-token")
        assert [place.at for place in found.held_in] == ["scripts/add-domain.sh"]
        assert found.location.line == 3

    @pytest.mark.parametrize("expires", ["never", "job", "unknown", "8h", "2027-03-01"])
    def test_expiry(self, expires: str) -> None:
        grants, problems = read(credential(f"expires: {expires}"))
        assert problems == ()
        assert grants.credentials[0].expires == expires

    def test_everything_a_file_may_say(self) -> None:
        grants, problems = read("""version: 1
defaults: { env: production, owner: platform, unknown_env: non-production, readers: human:ops }
production: { accounts: 012345678901, tags: { Environment: [prod, production] }, except: "tf:x.y" }
environments:
  qa: { workspaces: qa, paths: "envs/qa/**", is_production: false }
actors:
  - { id: "human:@acme/platform" }
  - { id: agent:helper, runs_as: "human:@acme/platform", approval: destructive, tools: [mcp:db] }
credentials:
  - id: deploy
    kind: aws/role
    declared_as: tf:aws_iam_role.deploy
    held_by: ci:github/acme/infra
    requires: { approval: github:env/production, subjects: ["repo:acme/infra:*"], mfa: true }
    intended: { can: [read, write], to: "type:aws/s3-bucket", env: [staging] }
    last_used: 2026-11-01
  - id: dns
    kind: cloudflare/api-token
    grants:
      - { permissions: { DNS: write }, to: cloudflare:zone/acme.com }
      - { effect: deny, can: destroy, to: ["env:production", "!tf:a.b"] }
    held_in:
      - github:secret/TOKEN
      - { at: deploy/.env#TOKEN, readers: [human:ops], history: true, note: to be removed }
    becomes: [deploy]
resources:
  - { id: railway:project/a, type: railway/project, env: production, tags: { team: a }, account: 7 }
data_stores:
  - { id: orders, is: "tf:aws_db_instance.main", max_loss: 1h, holds: orders }
backups:
  - { id: nightly, of: orders, kind: dump, in: "saas:vault", schedule: daily, retention: 35d,
      newest: 2026-11-20, immutable: 30d, deletable_by: [], restore_tested: 2026-09-02 }
accepted:
  - { credential: dns, can: destroy, reason: replaced next week, by: lena, until: 2026-12-15 }
x-notes: [anything, { goes: here }]
""")
        assert problems == ()
        assert grants.environments[0].accounts == ("012345678901",)
        assert grants.stores[0].max_loss == timedelta(hours=1)
        assert grants.backups[0].newest == date(2026, 11, 20)
        assert grants.backups[0].deletable_by == ()
        assert grants.credentials[1].held_in[1].history is True
        assert grants.accepted[0].until == date(2026, 12, 15)

    def test_yaml_words_stay_words(self) -> None:
        grants, problems = read("version: 1\nenvironments: { on: { names: [yes, no, off] } }\n")
        assert problems == ()
        assert (grants.environments[0].name, grants.environments[0].names) == (
            "on",
            ("yes", "no", "off"),
        )


FAULTS = {
    "unknown field": (
        credential("heldin: a.sh"),
        5,
        "credentials[0].heldin: there is no such field; did you mean 'held_in'?",
    ),
    "unknown section": (
        "version: 1\ncredentails: []\n",
        2,
        "credentails: there is no such field; did you mean 'credentials'?",
    ),
    "mistyped name of a required field": (
        "version: 1\ncredentials:\n  - id: bot\n    kinds: railway/account-token\n",
        4,
        "credentials[0].kinds: there is no such field; did you mean 'kind'?",
    ),
    "nothing near": (
        credential("zzzzzz: a.sh"),
        5,
        "credentials[0].zzzzzz: there is no such field; there are id, kind,",
    ),
    "not a list": (
        "version: 1\ncredentials: { id: a }\n",
        2,
        "credentials: must be a list",
    ),
    "not a mapping": (
        "version: 1\ncredentials:\n  - text\n",
        3,
        "credentials[0]: must be a mapping of fields",
    ),
    "not text": (
        credential("purpose: [a]"),
        5,
        "credentials[0].purpose: must be text",
    ),
    "wrong type inside one of several shapes": (
        credential("held_in: { at: 3 }"),
        5,
        "credentials[0].held_in.at: must be text",
    ),
    "wrong field inside one of several shapes": (
        credential("held_in: [a, { at: b, reader: human:c }]"),
        5,
        "credentials[0].held_in[1].reader: there is no such field; did you mean 'readers'?",
    ),
    "missing field": (
        "version: 1\ncredentials:\n  - id: bot\n",
        3,
        "credentials[0]: kind must be given",
    ),
    "unknown kind": (
        credential(kind="railway/acount-token"),
        3,
        (
            "credentials[0].kind: no such kind of credential is known; did you mean"
            " 'railway/account-token'?"
        ),
    ),
    "kind without a slash": (credential(kind="railway"), 4, "credentials[0].kind: not of the"),
    "kind that nobody knows": (
        credential(kind="nowhere/nothing-like-it"),
        3,
        "credentials[0].kind: no such kind of credential is known; use custom/NAME",
    ),
    "custom kind without grants": (
        credential(kind="custom/thing"),
        3,
        "credentials[0]: grants must be given",
    ),
    "word that is not on the list": (
        "version: 1\nbackups:\n  - { of: a, in: same, kind: snapshott }\n",
        3,
        (
            "backups[0].kind: must be one of volume-snapshot, snapshot, pitr, dump, replica, export,"
            " versioning, vendor; did you mean 'snapshot'?"
        ),
    ),
    "level": (
        credential("grants: [{ to: '*', can: destroyy }]"),
        5,
        (
            "credentials[0].grants[0].can: must be one of none, read, write, destroy, admin; did you"
            " mean 'destroy'?"
        ),
    ),
    "id": (credential(id_="Bad Id"), 3, "credentials[0].id: not of the right form (lower-case"),
    "actor": (
        "version: 1\nactors:\n  - id: cursor\n",
        3,
        "actors[0].id: not of the right form (agent:NAME",
    ),
    "day": (credential("last_used: 2026-02-31"), 3, "credentials[0].last_used: no such day"),
    "day in another form": (
        credential("last_used: 31.12.2026"),
        5,
        "credentials[0].last_used: not of the right form (A day: 2026-11-24)",
    ),
    "duration": (
        "version: 1\ndata_stores:\n  - { id: a, is: 'tf:x.y', max_loss: 1 day }\n",
        3,
        "data_stores[0].max_loss: not of the right form (a duration: 12h, 1d",
    ),
    "duration beyond reason": (
        "version: 1\nbackups:\n  - { of: a, in: same, retention: 99999999d }\n",
        3,
        "backups[0].retention: not a duration such as 12h",
    ),
    "duplicate id": (
        credential() + "  - id: bot\n    kind: railway/project-token\n",
        5,
        "the id 'bot' is used twice (first on line 3)",
    ),
    "duplicate key": (
        credential("kind: railway/project-token"),
        5,
        "the key 'kind' is given twice (first on line 4)",
    ),
    "no version": ("credentials: []\n", 1, "the file: version must be given"),
    "another version": ("version: 2\n", 1, "version: must be 1"),
    "empty": ("", 1, "it must be a mapping that begins with `version: 1`, and it is empty"),
    "comment only": ("# nothing\n", 1, "it must be a mapping"),
    "list at the top": ("- id: a\n", 1, "it must be a mapping that begins with `version: 1`"),
    "text": ("hello\n", 1, "it must be a mapping"),
    "tabs": ("version: 1\ncredentials:\n\t- id: a\n", 3, "indent with spaces, not tabs"),
    "no YAML": ("{{{ : [", 1, "it is not valid YAML"),
    "two documents": ("version: 1\n---\nversion: 1\n", 2, "it is not valid YAML"),
    "nested too deep": (f"version: 1\nx-a: {'[' * 100}{']' * 100}\n", 2, "nested deeper than 60"),
    "nested far too deep": (f"version: 1\nx-a: {'[' * 4000}", 1, "nested too deep"),
    "refers to itself": ("version: 1\nx-a: &a [*a]\n", 2, "nested deeper than 60"),
    "a tag that would run code": (
        "version: 1\ncredentials: !!python/object/apply:os.system ['true']\n",
        2,
        "credentials[0]: must be a mapping of fields",
    ),
}


class TestFaults:
    @pytest.mark.parametrize("name", FAULTS)
    def test_one_mistake_is_one_message_with_its_place(self, name: str) -> None:
        text, line, words = FAULTS[name]
        problem = only(text)
        assert problem.kind is ProblemKind.INVALID
        assert problem.location is not None
        assert (problem.location.path, problem.location.line) == ("grants.yaml", line)
        assert problem.what == f"grants.yaml:{line}"
        assert words in problem.why
        assert problem.effect

    def test_a_bomb_of_aliases_is_bounded(self) -> None:
        bomb = "a: &a [x, x, x, x, x, x, x, x, x, x]\n"
        for one, two in zip("abcdefghij", "bcdefghijk", strict=True):
            bomb += f"{two}: &{two} [{', '.join([f'*{one}'] * 10)}]\n"
        assert "wherever an alias repeats it" in only(bomb).why

    def test_a_huge_file_is_not_read(self) -> None:
        assert "too large" in only("# " + "x" * 1_000_000 + "\nversion: 1\n").why

    def test_a_faulty_entry_costs_itself_only(self) -> None:
        text = credential("heldin: x") + "  - id: other\n    kind: railway/project-token\n"
        grants, problems = read(text)
        assert [found.id for found in grants.credentials] == ["other"]
        assert [problem.effect for problem in problems] == ["the entry was left out"]

    def test_two_mistakes_in_one_entry_are_both_named(self) -> None:
        _, problems = read(credential("heldin: x", "expires: tomorrow"))
        assert [problem.location.line for problem in problems if problem.location] == [5, 6]

    def test_exports_are_said_to_be_unread(self) -> None:
        text = "version: 1\nimports:\n  - { format: gitleaks-json, path: a.json }\n"
        problem = only(text)
        assert problem.kind is ProblemKind.UNSUPPORTED
        assert "gitleaks-json" in problem.what


class TestSecrets:
    @pytest.mark.parametrize(
        "text",
        [
            credential(f"held_in: {TOKEN}"),
            credential(f"purpose: the token is {TOKEN}, keep it"),
            credential(f"held_in: deploy.sh#{TOKEN}"),
            credential(f"value: {TOKEN}"),
            credential(f"{TOKEN}: x"),
            credential(id_=TOKEN),
            credential(kind=TOKEN),
            f"version: 1\n{TOKEN}: x\n",
            f"version: 1\nx-notes: {{ a: [{TOKEN}] }}\n",
            credential("held_in: b5c1d7a4-9f3e-4a2b-8c6d-0e1f2a3b4c5d"),
            credential("purpose: postgres://app:hunter2hunter2@db/main"),
            credential("purpose: 0123456789abcdef0123456789abcdef"),
            credential("held_in: aB3dE5fG7hJ9kL1mN2pQ4rS6tU8vW0xY"),
        ],
    )
    def test_a_value_is_refused_and_never_repeated(self, text: str) -> None:
        grants, problems = read(text)
        assert any("a secret value seems to stand here" in problem.why for problem in problems)
        assert all(problem.location and problem.location.line > 1 for problem in problems)
        assert grants.credentials == ()
        shown = repr((grants, problems))
        for secret in (TOKEN, "b5c1d7a4", "hunter2", "0123456789abcdef", "aB3dE5fG7"):
            assert secret not in shown

    def test_yaml_errors_repeat_nothing(self) -> None:
        assert "hunter2hunter2" not in only("version: *hunter2hunter2\n").why

    @pytest.mark.parametrize(
        "text",
        [
            credential("scope: railway:project/b5c1d7a4-9f3e-4a2b-8c6d-0e1f2a3b4c5d"),
            credential(
                "declared_as: arn:aws:kms:eu-west-1:111111111111:key/"
                "b5c1d7a4-9f3e-4a2b-8c6d-0e1f2a3b4c5d"
            ),
            credential("held_in: home:~/.config/gcloud/application_default_credentials.json"),
            credential("held_in: vercel:project/app/env/production/var/SUPABASE_SECRET_KEY"),
            credential("held_in: github:env/production/secret/CLOUDFLARE_API_TOKEN"),
            "version: 1\nproduction: { accounts: b5c1d7a4-9f3e-4a2b-8c6d-0e1f2a3b4c5d }\n",
        ],
    )
    def test_names_and_ids_are_no_secrets(self, text: str) -> None:
        assert read(text)[1] == ()


class TestSeveralFiles:
    def test_an_id_of_two_files_is_a_fault_of_the_second(self) -> None:
        first, _ = read_grants(credential(), "a.yaml")
        second, _ = read_grants(credential("purpose: other"), "b.yaml")
        merged, (problem,) = merge([first, second])
        assert [found.purpose for found in merged.credentials] == [None]
        assert "used twice (first at a.yaml:3)" in problem.why
        assert problem.location is not None
        assert problem.location.path == "b.yaml"

    def test_names_that_nothing_declares(self) -> None:
        grants, _ = read(
            credential()
            + "accepted: [{ credential: bott, reason: known to us, until: 2027-01-01 }]\n"
            + "backups: [{ of: a, in: same, deletable_by: [bot, 'aws_iam_role.ci'] }]\n"
        )
        found = list(undeclared(grants, {"aws_iam_role.ci"}))
        assert len(found) == 1
        assert "no credential 'bott' is declared; did you mean 'bot'?" in found[0].why
