"""What belongs to no vendor: backups anywhere, and Terraform's helpers, which hold nothing."""

from graph.providers import Provider

PROVIDER = Provider(
    "generic",
    (
        "archive_",
        "cloudinit_",
        "external",
        "http",
        "local_",
        "null_",
        "random_",
        "template_",
        "terraform_",
        "time_",
        "tls_",
    ),
)
