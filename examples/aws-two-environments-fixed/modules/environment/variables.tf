variable "name" {
  description = "staging or production"
  type        = string
}

variable "instance_class" {
  type = string
}

variable "retention_days" {
  type = number
}

variable "protected" {
  type = bool
}

variable "kms_key_arn" {
  description = "encrypts the database"
  type        = string
}
