"""How much of real repositories the evaluator resolves: policies, attributes, causes of the rest.

Only for developers: each folder is read as `blastwall check` reads it, and its figures are printed.

    PYTHONPATH=. python3 tools/terraform_shares.py [--causes 20] [--latent] FOLDER...

A policy is *concrete* without holes; *linked* where all holes are other resources, data sources or
states; *structured* where a hole is a missing input (variable, module, workspace) but every Effect
and Action is known; one of several *alternatives*; *partial* where a statement or an action is not
known; *opaque* where nothing is. An attribute is *known*, *symbolic* (as linked), *partial* or
*unknown* for a missing input, or an *error*. The exit code is 1 where a hole names no cause.
"""

from __future__ import annotations

import argparse
import json
import resource as process
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from analyzer.readers.terraform import TerraformOptions, read_terraform
from analyzer.sources import Tree
from graph.policy import holed
from graph.resource import Presence, Resource
from graph.values import Json, OneOf, Text, Unknown, Value, Why, holes

CLASSES = ("concrete", "linked", "structured", "alternatives", "partial", "opaque")
GRADES = ("known", "symbolic", "partial", "unknown", "error")
_LINKS = frozenset({Why.COMPUTED, Why.DATA, Why.REMOTE_STATE, Why.SENSITIVE, Why.IMPURE})
_ERRORS = frozenset({Why.ERROR, Why.LIMIT, Why.CYCLE, Why.FUNCTION})
_NOT_WRITTEN = frozenset({"tags_all"})
# Attributes of the AWS provider that hold a policy document.
# https://registry.terraform.io/providers/hashicorp/aws/latest/docs
_POLICIES = {
    "policy": """
        aws_acmpca_policy aws_api_gateway_rest_api aws_api_gateway_rest_api_policy
        aws_backup_vault_policy aws_cloudwatch_event_bus_policy aws_codebuild_resource_policy
        aws_ecr_registry_policy aws_ecr_repository_policy aws_ecrpublic_repository_policy
        aws_efs_file_system_policy aws_glue_resource_policy aws_iam_group_policy aws_iam_policy
        aws_iam_role_policy aws_iam_user_policy aws_iot_policy aws_kinesis_resource_policy
        aws_kms_external_key aws_kms_key aws_kms_key_policy aws_kms_replica_key
        aws_lambda_layer_version_permission aws_media_store_container_policy aws_msk_cluster_policy
        aws_s3_access_point aws_s3_bucket aws_s3_bucket_policy aws_s3control_access_point_policy
        aws_s3control_bucket_policy aws_schemas_registry_policy aws_secretsmanager_secret
        aws_secretsmanager_secret_policy aws_ses_identity_policy aws_sns_topic aws_sns_topic_policy
        aws_sqs_queue aws_sqs_queue_policy aws_transfer_user aws_vpc_endpoint
        aws_vpc_endpoint_policy aws_vpclattice_auth_policy aws_vpclattice_resource_policy
        aws_redshift_resource_policy aws_dynamodb_resource_policy aws_transfer_access""",
    "access_policies": """
        aws_elasticsearch_domain aws_elasticsearch_domain_policy aws_opensearch_domain
        aws_opensearch_domain_policy""",
    "policy_document": """
        aws_cloudwatch_log_resource_policy aws_codeartifact_domain_permissions_policy
        aws_codeartifact_repository_permissions_policy""",
    "access_policy": "aws_cloudwatch_log_destination_policy aws_glacier_vault",
    "assume_role_policy": "aws_iam_role",
    "inline_policy": "aws_iam_role aws_ssoadmin_permission_set_inline_policy",
    "content": "aws_organizations_policy",
}
_BY_TYPE = {(type_, name) for name, types in _POLICIES.items() for type_ in types.split()}


@dataclass
class Shares:
    """The counts of one repository, or of several together."""

    instances: Counter[str] = field(default_factory=Counter)
    policies: Counter[str] = field(default_factory=Counter)
    decided: int = 0
    attributes: Counter[str] = field(default_factory=Counter)
    causes: Counter[str] = field(default_factory=Counter)
    named: Counter[str] = field(default_factory=Counter)
    policy_causes: Counter[str] = field(default_factory=Counter)
    nameless: list[str] = field(default_factory=list)

    def add(self, resource: Resource) -> None:
        """Count one managed instance."""
        self.instances[resource.presence] += 1
        for name, value in resource.attributes.items():
            if name not in _NOT_WRITTEN:
                self.attributes[grade(value)] += 1
                self._count_causes(resource, name, value)
        for value in documents(resource):
            kind, decided = judged(value)
            self.policies[kind] += 1
            self.decided += decided
            if kind not in {"concrete", "linked"}:
                self.policy_causes.update(f"{kind}: {why}" for why in _reasons(value))

    def _count_causes(self, resource: Resource, name: str, value: Value) -> None:
        for path, hole in holes({name: value}):
            self.causes[hole.why] += 1
            if hole.why not in _LINKS:
                self.named[f"{hole.why}: {hole.detail}"] += 1
            if not hole.detail or (hole.why in _ERRORS and hole.location is None):
                self.nameless.append(f"{resource.address} {path}: {hole}")

    def update(self, other: Shares) -> None:
        """Add another repository."""
        for mine, theirs in (
            (self.instances, other.instances),
            (self.policies, other.policies),
            (self.attributes, other.attributes),
            (self.causes, other.causes),
            (self.named, other.named),
            (self.policy_causes, other.policy_causes),
        ):
            mine.update(theirs)
        self.decided += other.decided
        self.nameless.extend(other.nameless)


def documents(resource: Resource) -> Iterator[Value]:
    """Every policy that an instance is given."""
    for name, value in resource.attributes.items():
        if (resource.type, name) not in _BY_TYPE or value in (None, "", ()):
            continue
        blocks = value if isinstance(value, tuple) else (value,)
        for block in blocks:
            found = block.get("policy") if isinstance(block, Mapping) else block
            if found not in (None, ""):
                yield found


def grade(value: Value) -> str:
    """How much of an attribute is known."""
    found = {hole.why for _, hole in holes(value)}
    if not found:
        return "known"
    if found & _ERRORS:
        return "error"
    if found <= _LINKS:
        return "symbolic"
    return "unknown" if isinstance(value, Unknown) else "partial"


def judged(value: Value) -> tuple[str, bool]:
    """The class of a policy, and whether each of its Effects and Actions is known."""
    options = list(_options(value))
    decided = [_decided(option) for option in options]
    if not any(isinstance(option, Mapping) for option in options):
        return "opaque", False
    if not all(decided):
        return "partial", False
    if len(options) > 1:
        return "alternatives", True
    found = {hole.why for _, hole in holes(options[0])}
    if not found:
        return "concrete", True
    return ("linked" if found <= _LINKS else "structured"), True


def _options(value: Value) -> Iterator[Value]:
    """The documents that a policy may be, decoded."""
    match value:
        case OneOf(options):
            for option in options:
                yield from _options(option)
        case Json(document):
            yield from _options(document)
        case Text():
            yield from _options(holed.document(value))
        case str():
            try:
                yield _frozen(json.loads(value))
            except ValueError:
                yield None
        case _:
            yield value


def _frozen(value: object) -> Value:
    if isinstance(value, dict):
        return {key: _frozen(item) for key, item in value.items()}
    if isinstance(value, list):
        return tuple(_frozen(item) for item in value)
    return value  # type: ignore[return-value]  # JSON's scalars


def _decided(document: Value) -> bool:
    if not isinstance(document, Mapping):
        return False
    statements = document.get("Statement", ())
    every = statements if isinstance(statements, tuple) else (statements,)
    return all(map(_statement_decided, every))


def _statement_decided(statement: Value) -> bool:
    if not isinstance(statement, Mapping):
        return False
    said = [statement[name] for name in ("Effect", "Action", "NotAction") if name in statement]
    return bool(said) and not any(True for item in said for _ in holes(item))


def _reasons(value: Value) -> Iterable[str]:
    """The causes of a policy's holes that are missing inputs or errors, each once."""
    found = {f"{hole.why}: {hole.detail}" for _, hole in holes(value) if hole.why not in _LINKS}
    return found or {f"{hole.why}: {hole.detail}" for _, hole in holes(value)} or {"no document"}


def measured(folder: Path, *, latent: bool, workspace: str | None) -> Shares:
    """Read a folder and count."""
    found = Shares()
    result = read_terraform(Tree(folder), TerraformOptions(workspace=workspace))
    for resource in result.resources:
        if resource.mode == "managed" and (latent or resource.presence is not Presence.LATENT):
            found.add(resource)
        elif resource.mode == "managed":
            found.instances[resource.presence] += 1
    print(f"  {result.files} files, {result.stacks} stacks, {result.modules} module instances")
    return found


def shown(name: str, shares: Shares, causes: int) -> None:
    """Print one repository's figures."""
    policies, attributes = shares.policies.total(), shares.attributes.total()
    usable = shares.policies["concrete"] + shares.policies["linked"]
    resolved = shares.attributes["known"] + shares.attributes["symbolic"]
    print(f"{name}: instances {dict(shares.instances)}")
    print(f"  policies {policies}: " + _listed(shares.policies, CLASSES))
    print(f"  Effect and Action known {_share(shares.decided, policies)},", end=" ")
    print(f"concrete or linked {_share(usable, policies)}")
    print(f"  attributes {attributes}: " + _listed(shares.attributes, GRADES), end="; ")
    print(f"known or symbolic {_share(resolved, attributes)}")
    print("  holes: " + ", ".join(f"{why} {n}" for why, n in shares.causes.most_common()))
    for title, counter in (("policies", shares.policy_causes), ("attributes", shares.named)):
        for cause, count in counter.most_common(causes):
            print(f"    {title} {count:6} {cause}")
    for nameless in shares.nameless[:causes]:
        print(f"    no cause or place: {nameless}")
    print(f"  holes without a cause or place: {len(shares.nameless)}")


def _listed(counter: Counter[str], names: Iterable[str]) -> str:
    total = counter.total()
    return ", ".join(f"{name} {counter[name]} ({_share(counter[name], total)})" for name in names)


def _share(part: int, whole: int) -> str:
    return f"{100 * part / whole:.1f} %" if whole else "-"


def main() -> int:
    """Measure every folder, then all of them together."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--causes", type=int, default=0, help="how many causes to list")
    parser.add_argument("--latent", action="store_true", help="count latent instances too")
    parser.add_argument("--workspace")
    given = parser.parse_args()
    total = Shares()
    for folder in given.folders:
        start = time.process_time()
        found = measured(folder, latent=given.latent, workspace=given.workspace)
        shown(folder.name, found, given.causes)
        spent = time.process_time() - start
        peak = process.getrusage(process.RUSAGE_SELF).ru_maxrss // 1024
        print(f"  {spent:.1f} s CPU, at most {peak} MB\n", flush=True)
        total.update(found)
    if len(given.folders) > 1:
        shown("all", total, given.causes)
    return 1 if total.nameless else 0


if __name__ == "__main__":
    sys.exit(main())
