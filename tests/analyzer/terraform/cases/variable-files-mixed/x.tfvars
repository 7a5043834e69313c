a = "file"
b = "file"
