auto_a = "auto_a"
auto_b = "auto_a"
auto_json = "auto_a"
file_one = "auto_a"
file_two = "auto_a"
var = "auto_a"
object = {
  a = "1"
  c = "dropped"
}
