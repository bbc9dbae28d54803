terraform {
  required_version = ">= 1.11"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 6.0"
    }
  }

  # Bucket and key come from the bootstrap: terraform init -backend-config=backend.hcl
  backend "s3" {
    key          = "plants/plant1.tfstate"
    encrypt      = true
    use_lockfile = true
  }
}
