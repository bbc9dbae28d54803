# Keys, empty secrets under them, and the repositories of the images: what must be there before anything else.

data "aws_caller_identity" "this" {}

data "aws_partition" "this" {}

data "aws_region" "this" {}

# --- Keys --------------------------------------------------------------------------------------------------------------

locals {
  account   = data.aws_caller_identity.this.account_id
  partition = data.aws_partition.this.partition
  region    = data.aws_region.this.region
  root      = "arn:${local.partition}:iam::${local.account}:root"

  # The aliases of identities and fleet are known to the programs (contracts/resources.py).
  keys = {
    identities = { alias = var.name, description = "Identity bundles and leases" }
    lake       = { alias = "${var.name}-lake", description = "Archive of telemetry" }
    fleet      = { alias = "${var.name}-fleet", description = "Inbox, tables, queues and topic of the fleet" }
    models     = { alias = "${var.name}-models", description = "Trained models" }
    truth      = { alias = "${var.name}-truth", description = "Ground truth of simulated faults" }
    secrets    = { alias = "${var.name}-secrets", description = "Secrets filled outside of Terraform" }
    logs       = { alias = "${var.name}-logs", description = "Log groups and the topic of alarms" }
  }

  own_roles = "arn:${local.partition}:iam::${local.account}:role/${var.name}-*"
  users     = { for key in keys(local.keys) : key => concat([local.own_roles], sort(lookup(var.users, key, []))) }

  administration = [
    "kms:CancelKeyDeletion", "kms:CreateAlias", "kms:DeleteAlias", "kms:DescribeKey", "kms:DisableKey", "kms:DisableKeyRotation",
    "kms:EnableKey", "kms:EnableKeyRotation", "kms:GetKeyPolicy", "kms:GetKeyRotationStatus", "kms:ListGrants", "kms:ListKeyPolicies",
    "kms:ListKeyRotations", "kms:ListResourceTags", "kms:PutKeyPolicy", "kms:RevokeGrant", "kms:RotateKeyOnDemand",
    "kms:ScheduleKeyDeletion", "kms:TagResource", "kms:UntagResource", "kms:UpdateAlias", "kms:UpdateKeyDescription",
  ]
  looking = ["kms:DescribeKey", "kms:GetKeyPolicy", "kms:GetKeyRotationStatus", "kms:ListResourceTags"]
  use = [
    "kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey", "kms:GenerateDataKeyWithoutPlaintext",
    "kms:ReEncryptFrom", "kms:ReEncryptTo",
  ]
  # Services that want rights of whoever makes a workspace, table, disk, stream or endpoint under a key.
  setting_up = [for service in ["aps", "dynamodb", "elasticfilesystem", "firehose", "sagemaker"] : "${service}.${local.region}.amazonaws.com"]

  # In a key's policy the resource "*" is this one key: AWS knows no other.
  statements = {
    for key in keys(local.keys) : key => [
      {
        Sid       = "Administrators"
        Effect    = "Allow"
        Principal = { AWS = sort(var.administrators) }
        Action    = local.administration
        Resource  = "*"
      },
      {
        Sid       = "AdministratorsSetUpServices"
        Effect    = "Allow"
        Principal = { AWS = sort(var.administrators) }
        Action    = setunion(local.use, ["kms:CreateGrant"])
        Resource  = "*"
        Condition = { StringEquals = { "kms:ViaService" = local.setting_up } }
      },
      {
        # A plan in a pull request reads settings, by what its own policy lets it.
        Sid       = "AccountLooks"
        Effect    = "Allow"
        Principal = { AWS = local.root }
        Action    = local.looking
        Resource  = "*"
      },
      {
        # By pattern, as KMS refuses principals that are not there yet; each needs a policy of its own beside.
        Sid       = "Users"
        Effect    = "Allow"
        Principal = { AWS = local.root }
        Action    = local.use
        Resource  = "*"
        Condition = { ArnLike = { "aws:PrincipalArn" = local.users[key] } }
      },
      {
        Sid       = "UsersGrantToServices"
        Effect    = "Allow"
        Principal = { AWS = local.root }
        Action    = ["kms:CreateGrant"]
        Resource  = "*"
        Condition = {
          ArnLike = { "aws:PrincipalArn" = local.users[key] }
          Bool    = { "kms:GrantIsForAWSResource" = "true" }
        }
      },
    ]
  }

  more_statements = {
    secrets = [
      {
        # Who makes a secret is asked whether he may use its key (Secrets Manager's user guide, "Secret encryption and
        # decryption"); a value that somebody has put has another context.
        Sid       = "AdministratorsMakeSecrets"
        Effect    = "Allow"
        Principal = { AWS = sort(var.administrators) }
        Action    = ["kms:Decrypt", "kms:GenerateDataKey"]
        Resource  = "*"
        Condition = {
          StringEquals = {
            "kms:ViaService"                        = "secretsmanager.${local.region}.amazonaws.com"
            "kms:EncryptionContext:SecretVersionId" = "RequestToValidateKeyAccess"
          }
        }
      },
    ]
    logs = [
      {
        Sid       = "LogGroupsOfThisAccount"
        Effect    = "Allow"
        Principal = { Service = "logs.${local.region}.amazonaws.com" }
        # A key is described without a context, and so never under this condition.
        Action    = setsubtract(local.use, ["kms:DescribeKey"])
        Resource  = "*"
        Condition = { ArnLike = { "kms:EncryptionContext:aws:logs:arn" = "arn:${local.partition}:logs:${local.region}:${local.account}:log-group:*" } }
      },
      {
        Sid       = "AlarmsTopicOfThisAccount"
        Effect    = "Allow"
        Principal = { Service = ["budgets.amazonaws.com", "cloudwatch.amazonaws.com"] }
        Action    = ["kms:Decrypt", "kms:GenerateDataKey"]
        Resource  = "*"
        Condition = { StringEquals = { "aws:SourceAccount" = local.account } }
      },
      {
        # EventBridge tells KMS no account: the topic, by which SNS has each data key encrypted, is what holds it. The topic's
        # own policy takes this plant's rule alone.
        Sid       = "EventsToTheAlarmsTopic"
        Effect    = "Allow"
        Principal = { Service = "events.amazonaws.com" }
        Action    = ["kms:Decrypt", "kms:GenerateDataKey"]
        Resource  = "*"
        Condition = { StringEquals = { "kms:EncryptionContext:aws:sns:topicArn" = "arn:${local.partition}:sns:${local.region}:${local.account}:${var.name}-alarms" } }
      },
    ]
  }
}

resource "aws_kms_key" "this" {
  for_each = local.keys

  description             = "${each.value.description} of ${var.name}"
  enable_key_rotation     = true
  deletion_window_in_days = var.deletion_window_days
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = concat(local.statements[each.key], try(local.more_statements[each.key], []))
  })

  tags = { Name = each.value.alias }
}

resource "aws_kms_alias" "this" {
  for_each = local.keys

  name          = "alias/${each.value.alias}"
  target_key_id = aws_kms_key.this[each.key].key_id
}

# --- Secrets -----------------------------------------------------------------------------------------------------------

locals {
  # Filled outside (docs/aws.md): a value that Terraform knows lies in its state for everyone who reads that.
  secrets = {
    smtp          = { word = "smtp", description = "JSON with host, port, username, password, sender, recipient" }
    grafana_admin = { word = "grafana-admin", description = "Password of Grafana's user admin" }
  }
}

resource "aws_secretsmanager_secret" "this" {
  #checkov:skip=CKV2_AWS_57:both are passwords of programs that cannot change them by themselves; a person does

  for_each = local.secrets

  name                    = "smart-factory/${var.plant}/${each.value.word}"
  description             = each.value.description
  kms_key_id              = aws_kms_key.this["secrets"].arn
  recovery_window_in_days = var.secret_recovery_days
}

# --- Images ------------------------------------------------------------------------------------------------------------

resource "aws_ecr_repository" "this" {
  for_each = var.images

  name                 = "smart-factory/${each.key}"
  image_tag_mutability = "IMMUTABLE"
  force_delete         = var.delete_images_with_repositories

  image_scanning_configuration {
    scan_on_push = true
  }

  # AWS's own key for ECR: images hold no secrets, and another key would cost more than most of them.
  encryption_configuration {
    encryption_type = "KMS"
  }
}

resource "aws_ecr_lifecycle_policy" "this" {
  for_each = aws_ecr_repository.this

  repository = each.value.name
  policy = jsonencode({
    rules = [
      {
        rulePriority = 1
        description  = "What no tag names goes after a week; parts of a multi-platform image stay with it"
        selection    = { tagStatus = "untagged", countType = "sinceImagePushed", countUnit = "days", countNumber = 7 }
        action       = { type = "expire" }
      },
      {
        rulePriority = 2
        description  = "So many releases one can go back to"
        selection    = { tagStatus = "tagged", tagPatternList = ["*"], countType = "imageCountMoreThan", countNumber = var.images_kept }
        action       = { type = "expire" }
      },
    ]
  })
}
