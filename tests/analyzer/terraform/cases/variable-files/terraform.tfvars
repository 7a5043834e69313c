a = "tfvars"
b = "tfvars"
n = "5"
l = ["x", 1]
