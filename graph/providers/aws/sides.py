"""The resource's side of a decision: bucket, secret, vault and key policies."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from graph.policy.callers import book
from graph.policy.decide import ResourcePolicy
from graph.policy.documents import Policy, policy
from graph.providers.aws.attachments import Attachments, documents_at
from graph.providers.aws.identities import present
from graph.tables import table

_ALL = {"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}
OPEN = ResourcePolicy(book([policy({"Statement": (_ALL,)}, "its policy, changed before")]))


@dataclass
class Sides:
    """Resource policies by the address of what they protect."""

    attachments: Attachments
    _built: dict[str, ResourcePolicy | None] = field(default_factory=dict)

    def of(self, address: str) -> ResourcePolicy | None:
        """The resource policy of a resource, `None` where it has none."""
        if address not in self._built:
            self._built[address] = self._build(address)
        return self._built[address]

    def _build(self, address: str) -> ResourcePolicy | None:
        found = self.documents.get(address, [])
        if not found:
            return None
        resource = self.attachments.estate.by_address.get(address)
        mandatory = resource is not None and resource.type in self._mandatory
        vague = not all(item.known for item in found)
        return ResourcePolicy(book(found), mandatory, vague)

    @cached_property
    def _mandatory(self) -> frozenset[str]:
        return frozenset(table("aws", "attachments")["mandatory"]["tf"])

    @cached_property
    def documents(self) -> Mapping[str, list[Policy]]:
        """Every resource policy, by the address of what it protects."""
        found: defaultdict[str, list[Policy]] = defaultdict(list)
        estate, references = self.attachments.estate, self.attachments.references
        for row in table("aws", "attachments")["resource_policy"]:
            for at in present(estate, row["tf"]):
                for value in documents_at(at, row["document"]):
                    name = f"policy of {at.address}"
                    read = self.attachments.document(at, row["document"], value, name)
                    link = at.get(row["link"]) if "link" in row else None
                    owners = references.resolve(link, row["on"], at) if link else [at.address]
                    for owner in owners:
                        found[owner].append(read)
        return found
