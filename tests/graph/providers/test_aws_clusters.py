"""EKS: pods that have roles, and who has them by starting pods."""

from __future__ import annotations

import pytest

from graph.values import Truth
from tests.graph.providers.aws import graph_from
from tests.graph.providers.test_aws_trust import becoming, holders

CLUSTER = """
resource "aws_eks_cluster" "c" {
  name     = "c"
  role_arn = "arn:aws:iam::111111111111:role/cluster"
  vpc_config { subnet_ids = ["subnet-1"] }
}
"""
POD_ROLE = """
resource "aws_iam_role" "r" {
  name = "r"
  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [{
    Effect = "Allow", Action = ["sts:AssumeRole", "sts:TagSession"]
    Principal = { Service = "pods.eks.amazonaws.com" } }] })
}
"""
ASSOCIATION = """
resource "aws_eks_pod_identity_association" "a" {
  cluster_name    = aws_eks_cluster.c.name
  namespace       = "shop"
  service_account = "web"
  role_arn        = aws_iam_role.r.arn
}
"""
ISSUER = """
resource "aws_iam_openid_connect_provider" "c" {
  url            = aws_eks_cluster.c.identity[0].oidc[0].issuer
  client_id_list = ["sts.amazonaws.com"]
}
data "aws_iam_policy_document" "d" {
  statement {
    actions = ["sts:AssumeRoleWithWebIdentity"]
    principals {
      type        = "Federated"
      identifiers = [aws_iam_openid_connect_provider.c.arn]
    }
    condition {
      test     = "StringEquals"
      variable = "${aws_iam_openid_connect_provider.c.url}:sub"
      values   = ["system:serviceaccount:shop:web"]
    }
  }
}
resource "aws_iam_role" "r" {
  name               = "r"
  assume_role_policy = data.aws_iam_policy_document.d.json
}
"""


def admin(policy: str, scope: str = 'type = "cluster"') -> str:
    return f"""
    resource "aws_iam_user" "u" {{ name = "u" }}
    resource "aws_eks_access_policy_association" "u" {{
      cluster_name  = aws_eks_cluster.c.name
      principal_arn = aws_iam_user.u.arn
      policy_arn    = "arn:aws:eks::aws:cluster-access-policy/{policy}"
      access_scope {{ {scope} }}
    }}
    """


def test_pods_of_an_association_are_named(tmp_path):
    found = holders(graph_from(tmp_path, CLUSTER + POD_ROLE + ASSOCIATION))
    assert set(found) == {"service:kubernetes:shop:web"}
    assert set(holders(graph_from(tmp_path, CLUSTER + POD_ROLE))) == {
        "service:pods.eks.amazonaws.com"
    }


@pytest.mark.parametrize("pods", [POD_ROLE + ASSOCIATION, ISSUER], ids=["association", "issuer"])
@pytest.mark.parametrize(
    ("policy", "scope", "wanted"),
    [
        ("AmazonEKSClusterAdminPolicy", 'type = "cluster"', [Truth.YES]),
        ("AmazonEKSEditPolicy", 'type = "namespace"\nnamespaces = ["shop"]', [Truth.YES]),
        ("AmazonEKSEditPolicy", 'type = "namespace"\nnamespaces = ["other"]', []),
        ("AmazonEKSViewPolicy", 'type = "cluster"', []),
    ],
)
def test_who_starts_pods_has_their_roles(tmp_path, pods, policy, scope, wanted):
    graph = graph_from(tmp_path, CLUSTER + pods + admin(policy, scope))
    assert [edge.truth for edge in becoming(graph)] == wanted
