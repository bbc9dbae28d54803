# Where the plant lies, and what is written on everything in it.

variable "region" {
  description = "AWS region of the plant."
  type        = string
  default     = "us-east-1"

  validation {
    condition     = can(regex("^[a-z]{2}(-[a-z]+)+-[0-9]$", var.region))
    error_message = "region must be a region of AWS, such as eu-central-1."
  }
}

variable "tags" {
  description = "More tags on everything, beside Project, Plant and ManagedBy."
  type        = map(string)
  default     = {}

  validation {
    condition     = alltrue([for key in keys(var.tags) : !startswith(lower(key), "aws:")])
    error_message = "tags must not begin with aws:, which AWS keeps to itself; choose another key, such as CostCenter."
  }
}

provider "aws" {
  region = var.region

  default_tags {
    tags = merge({ Project = "smart-factory", Plant = var.plant, ManagedBy = "terraform" }, var.tags)
  }
}
