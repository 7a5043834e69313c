"""The resource's side of a decision: bucket, secret, vault and key policies."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from graph.conditions import values_at
from graph.policy.callers import book
from graph.policy.decide import ResourcePolicy
from graph.policy.documents import Policy, policy
from graph.providers.aws.attachments import Attachments
from graph.providers.aws.identities import present
from graph.resource import Resource
from graph.tables import table
from graph.values import Text, Unknown, Value, Why


@dataclass
class Sides:
    """Resource policies by the address of what they protect."""

    attachments: Attachments
    _built: dict[str, ResourcePolicy | None] = field(default_factory=dict)
    _defaults: dict[str, ResourcePolicy] = field(default_factory=dict)

    def of(self, address: str) -> ResourcePolicy | None:
        """The resource policy of a resource, `None` where it has none."""
        if address not in self._built:
            self._built[address] = self._build(address)
        return self._built[address]

    def _build(self, address: str) -> ResourcePolicy | None:
        found = self._documents.get(address, [])
        resource = self.attachments.estate.by_address.get(address)
        row = self._mandatory.get(resource.type) if resource else None
        if not found:
            return self._default(resource, row) if resource and row else None
        return ResourcePolicy(
            book(found), mandatory=row is not None, vague=not all(item.known for item in found)
        )

    def _default(self, resource: Resource, actions: str) -> ResourcePolicy:
        """AWS's own: the account, that is its IAM policies, decides."""
        account = self.attachments.symbols.account(resource)
        key = f"{actions} {account.code}"
        if key not in self._defaults:
            given = resource.provider.account or Unknown(Why.COMPUTED, symbol="account:")
            statement: Mapping[str, Value] = {
                "Effect": "Allow",
                "Principal": {"AWS": Text(("arn:aws:iam::", given, ":root"))},
                "Action": actions,
                "Resource": "*",
            }
            document: Value = {"Statement": (statement,)}
            found = policy(document, "AWS's default policy", None, self.attachments.symbols.hole)
            self._defaults[key] = ResourcePolicy(book([found]), mandatory=True)
        return self._defaults[key]

    @cached_property
    def _mandatory(self) -> Mapping[str, str]:
        rows = table("aws", "attachments")["mandatory"]
        return {tf: row["actions"] for row in rows for tf in row["tf"]}

    @cached_property
    def _documents(self) -> Mapping[str, list[Policy]]:
        found: defaultdict[str, list[Policy]] = defaultdict(list)
        estate, references = self.attachments.estate, self.attachments.references
        for row in table("aws", "attachments")["resource_policy"]:
            for at in present(estate, row["tf"]):
                for value in values_at(at, row["document"]):
                    name = f"policy of {at.address}"
                    read = self.attachments.document(at, row["document"], value, name)
                    link = at.get(row["link"]) if "link" in row else None
                    owners = references.resolve(link, row["on"], at) if link else [at.address]
                    for owner in owners:
                        found[owner].append(read)
        return found
