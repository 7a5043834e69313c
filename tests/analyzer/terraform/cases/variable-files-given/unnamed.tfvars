default = "never"
