terraform {
  required_version = ">= 1.11"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 6.0"
    }
  }

  # The state lies in this directory until there is a backend "s3" {} here, with the bucket that the bootstrap makes.
}
