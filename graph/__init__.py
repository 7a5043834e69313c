"""What there is and what reaches what: values, resources, policies, providers, reach, survival.

Pure: opens no file of the input, prints nothing, knows no language and no output format.
"""

__distribution__ = "blastwall"
