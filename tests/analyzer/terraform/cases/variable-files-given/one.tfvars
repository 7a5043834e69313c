file_one = "file_one"
file_two = "file_one"
var = "file_one"
