# What Terraform itself needs, made once by a person: a bucket for its state, and two roles for GitHub's jobs.

provider "aws" {
  region = var.region

  default_tags {
    tags = { Project = var.name, ManagedBy = "terraform/bootstrap" }
  }
}

data "aws_caller_identity" "this" {}

data "aws_partition" "this" {}

locals {
  account   = data.aws_caller_identity.this.account_id
  partition = data.aws_partition.this.partition
  root      = "arn:${local.partition}:iam::${local.account}:root"
}

# --- State -------------------------------------------------------------------------------------------------------------

locals {
  state_bucket     = "${var.name}-terraform-state-${local.account}"
  state_bucket_arn = "arn:${local.partition}:s3:::${local.state_bucket}"
}

resource "aws_kms_key" "state" {
  description             = "State of Terraform of ${var.name}"
  enable_key_rotation     = true
  deletion_window_in_days = 30
  # In a key's policy the resource "*" is this one key: AWS knows no other.
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid       = "Administrators"
        Effect    = "Allow"
        Principal = { AWS = sort(var.administrators) }
        Action = [
          "kms:CancelKeyDeletion", "kms:CreateAlias", "kms:DeleteAlias", "kms:DescribeKey", "kms:DisableKey", "kms:DisableKeyRotation",
          "kms:EnableKey", "kms:EnableKeyRotation", "kms:GetKeyPolicy", "kms:GetKeyRotationStatus", "kms:ListGrants",
          "kms:ListKeyPolicies", "kms:ListResourceTags", "kms:PutKeyPolicy", "kms:RevokeGrant", "kms:RotateKeyOnDemand",
          "kms:ScheduleKeyDeletion", "kms:TagResource", "kms:UntagResource", "kms:UpdateAlias", "kms:UpdateKeyDescription",
        ]
        Resource = "*"
      },
      {
        Sid       = "ReadersAndWritersOfTheState"
        Effect    = "Allow"
        Principal = { AWS = local.root }
        Action    = ["kms:Decrypt", "kms:DescribeKey", "kms:GenerateDataKey"]
        Resource  = "*"
        Condition = {
          ArnLike      = { "aws:PrincipalArn" = concat(sort(var.administrators), [local.plan_role_arn, local.deploy_role_arn]) }
          StringEquals = { "kms:ViaService" = "s3.${var.region}.amazonaws.com" }
        }
      },
    ]
  })
}

resource "aws_kms_alias" "state" {
  name          = "alias/${var.name}-terraform-state"
  target_key_id = aws_kms_key.state.key_id
}

resource "aws_s3_bucket" "state" {
  #checkov:skip=CKV_AWS_18:two roles and named people read it, which CloudTrail tells where an account keeps data events
  #checkov:skip=CKV_AWS_144:versions are kept; a lost state is made again by import blocks
  #checkov:skip=CKV2_AWS_62:nobody waits for a new state

  bucket = local.state_bucket

  lifecycle {
    prevent_destroy = true
  }
}

resource "aws_s3_bucket_versioning" "state" {
  bucket = aws_s3_bucket.state.id

  versioning_configuration {
    status = "Enabled"
  }
}

resource "aws_s3_bucket_server_side_encryption_configuration" "state" {
  bucket = aws_s3_bucket.state.id

  rule {
    bucket_key_enabled = true

    apply_server_side_encryption_by_default {
      sse_algorithm     = "aws:kms"
      kms_master_key_id = aws_kms_key.state.arn
    }
  }
}

resource "aws_s3_bucket_public_access_block" "state" {
  bucket = aws_s3_bucket.state.id

  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "aws_s3_bucket_ownership_controls" "state" {
  bucket = aws_s3_bucket.state.id

  rule {
    object_ownership = "BucketOwnerEnforced"
  }
}

resource "aws_s3_bucket_lifecycle_configuration" "state" {
  bucket = aws_s3_bucket.state.id

  rule {
    id     = "old-states"
    status = "Enabled"

    filter {}

    # Ten earlier states stay, however old.
    noncurrent_version_expiration {
      noncurrent_days           = var.old_states_days
      newer_noncurrent_versions = 10
    }

    abort_incomplete_multipart_upload {
      days_after_initiation = 7
    }
  }

  # Expiry of versions means nothing before there are versions.
  depends_on = [aws_s3_bucket_versioning.state]
}

resource "aws_s3_bucket_policy" "state" {
  bucket = aws_s3_bucket.state.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid       = "TlsOnly"
        Effect    = "Deny"
        Principal = "*"
        Action    = "s3:*"
        Resource  = [local.state_bucket_arn, "${local.state_bucket_arn}/*"]
        Condition = { Bool = { "aws:SecureTransport" = "false" } }
      },
      {
        Sid       = "Tls12"
        Effect    = "Deny"
        Principal = "*"
        Action    = "s3:*"
        Resource  = [local.state_bucket_arn, "${local.state_bucket_arn}/*"]
        Condition = { NumericLessThan = { "s3:TlsVersion" = "1.2" } }
      },
      {
        Sid       = "NoOtherAccount"
        Effect    = "Deny"
        Principal = "*"
        Action    = "s3:*"
        Resource  = [local.state_bucket_arn, "${local.state_bucket_arn}/*"]
        Condition = { StringNotEquals = { "aws:PrincipalAccount" = local.account } }
      },
    ]
  })

  # AWS refuses two changes of a bucket's rights at a time.
  depends_on = [aws_s3_bucket_public_access_block.state]
}

# --- Who GitHub's jobs are ---------------------------------------------------------------------------------------------

locals {
  github          = "token.actions.githubusercontent.com"
  provider_arn    = var.github_oidc_provider_arn == null ? aws_iam_openid_connect_provider.github[0].arn : var.github_oidc_provider_arn
  plan_role       = "${var.name}-github-plan"
  deploy_role     = "${var.name}-github-deploy"
  plan_role_arn   = "arn:${local.partition}:iam::${local.account}:role/${local.plan_role}"
  deploy_role_arn = "arn:${local.partition}:iam::${local.account}:role/${local.deploy_role}"

  # What GitHub says of a job: compared as a whole, never by a pattern. With the numbers in it no later owner of the same name is
  # taken for this one (GitHub's documentation, "OpenID Connect reference", immutable subject claims).
  plan_subjects = ["repo:${var.repository}:pull_request"]
  deploy_subjects = concat(
    ["repo:${var.repository}:ref:refs/heads/${var.branch}"],
    var.deploy_environment == null ? [] : ["repo:${var.repository}:environment:${var.deploy_environment}"],
  )
  trust = {
    for role, subjects in { plan = local.plan_subjects, deploy = local.deploy_subjects } : role => jsonencode({
      Version = "2012-10-17"
      Statement = [{
        Effect    = "Allow"
        Action    = "sts:AssumeRoleWithWebIdentity"
        Principal = { Federated = local.provider_arn }
        Condition = { StringEquals = { "${local.github}:aud" = "sts.amazonaws.com", "${local.github}:sub" = subjects } }
      }]
    })
  }
}

resource "aws_iam_openid_connect_provider" "github" {
  count = var.github_oidc_provider_arn == null ? 1 : 0

  url            = "https://${local.github}"
  client_id_list = ["sts.amazonaws.com"]
}

# --- Plan: reads settings and the state, no data, and changes nothing --------------------------------------------------

locals {
  # Whatever AWS lets readers read beyond settings. The state, which a plan needs, is left out by its ARN.
  data = [
    "athena:GetQueryResults", "athena:GetQueryResultsStream", "dynamodb:BatchGetItem", "dynamodb:GetItem", "dynamodb:GetRecords",
    "dynamodb:PartiQLSelect", "dynamodb:Query", "dynamodb:Scan", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer",
    "glue:GetConnection", "glue:GetConnections", "iot:GetRetainedMessage", "iot:GetThingShadow", "kinesis:GetRecords",
    "logs:FilterLogEvents", "logs:GetLogEvents", "logs:GetLogRecord", "logs:GetQueryResults", "logs:StartLiveTail", "logs:StartQuery",
    "secretsmanager:BatchGetSecretValue", "secretsmanager:GetSecretValue", "sqs:ReceiveMessage", "ssm:GetParameter",
    "ssm:GetParameterHistory", "ssm:GetParameters", "ssm:GetParametersByPath",
  ]
}

resource "aws_iam_role" "plan" {
  name                 = local.plan_role
  description          = "Plans pull requests of ${var.repository}; changes nothing"
  assume_role_policy   = local.trust["plan"]
  permissions_boundary = aws_iam_policy.plan_boundary.arn
  max_session_duration = 3600
}

# ReadOnlyAccess grows with AWS: the boundary is what keeps data out whatever is attached.
resource "aws_iam_policy" "plan_boundary" {
  #checkov:skip=CKV_AWS_286:a boundary allows nothing by itself: it is the most that a role can be given
  #checkov:skip=CKV_AWS_287:a boundary allows nothing by itself: it is the most that a role can be given
  #checkov:skip=CKV_AWS_289:a boundary allows nothing by itself: it is the most that a role can be given
  #checkov:skip=CKV_AWS_290:a boundary allows nothing by itself: it is the most that a role can be given
  #checkov:skip=CKV_AWS_355:a boundary allows nothing by itself: it is the most that a role can be given

  name        = "${var.name}-github-plan-boundary"
  description = "The most that the plan role can ever do: read settings and the state"
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      # A boundary allows nothing by itself, and so speaks of any resource: ReadOnlyAccess names what may be read.
      { Sid = "NoData", Effect = "Allow", NotAction = local.data, Resource = "*" },
      {
        Sid         = "NoObjectsButTheState"
        Effect      = "Deny"
        Action      = ["s3:GetObject", "s3:GetObjectVersion"]
        NotResource = ["${local.state_bucket_arn}/*"]
      },
      {
        Sid      = "ChangesNothing"
        Effect   = "Deny"
        Action   = ["iam:PassRole", "s3:DeleteObject", "s3:PutObject", "sts:AssumeRole"]
        Resource = "*"
      },
    ]
  })
}

resource "aws_iam_role_policy_attachment" "plan" {
  role       = aws_iam_role.plan.name
  policy_arn = "arn:${local.partition}:iam::aws:policy/ReadOnlyAccess"
}

resource "aws_iam_role_policy" "plan" {
  name = "read-state"
  role = aws_iam_role.plan.name
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      { Sid = "ListState", Effect = "Allow", Action = ["s3:ListBucket"], Resource = [local.state_bucket_arn] },
      { Sid = "ReadState", Effect = "Allow", Action = ["s3:GetObject"], Resource = ["${local.state_bucket_arn}/*"] },
      { Sid = "DecryptState", Effect = "Allow", Action = ["kms:Decrypt"], Resource = [aws_kms_key.state.arn] },
      # Terraform reads them of each table, and ReadOnlyAccess names all of Glue's reads but this one.
      {
        Sid      = "ReadPartitionIndexes"
        Effect   = "Allow"
        Action   = ["glue:GetPartitionIndexes"]
        Resource = [for part in ["catalog", "database/*", "table/*"] : "arn:${local.partition}:glue:${var.region}:${local.account}:${part}"]
      },
    ]
  })
}

# --- Deploy: what makes a plant, and nothing of the account or of this folder ------------------------------------------

locals {
  own_roles    = "arn:${local.partition}:iam::${local.account}:role/${var.name}-*"
  own_policies = "arn:${local.partition}:iam::${local.account}:policy/${var.name}-*"
  # Services that the plant's roles are for.
  passed_to = ["ecs-tasks", "firehose", "iot", "lambda", "sagemaker", "scheduler", "vpc-flow-logs"]

  plant_boundary     = "${var.name}-plant-boundary"
  plant_boundary_arn = "arn:${local.partition}:iam::${local.account}:policy/${local.plant_boundary}"
  # What decides what a role may do; IAM tells there which boundary the role has, or is to get.
  bounded = ["iam:AttachRolePolicy", "iam:CreateRole", "iam:PutRolePermissionsBoundary", "iam:PutRolePolicy"]
}

# The deploy role writes the plant's roles, and so could write what it must not do itself into one of them and have a
# service take it on. With this bound none of them can change rights, become another or reach the states.
resource "aws_iam_policy" "plant_boundary" {
  #checkov:skip=CKV_AWS_286:a boundary allows nothing by itself: it is the most that a role can be given
  #checkov:skip=CKV_AWS_287:a boundary allows nothing by itself: it is the most that a role can be given
  #checkov:skip=CKV_AWS_288:a boundary allows nothing by itself: it is the most that a role can be given
  #checkov:skip=CKV_AWS_289:a boundary allows nothing by itself: it is the most that a role can be given
  #checkov:skip=CKV_AWS_290:a boundary allows nothing by itself: it is the most that a role can be given
  #checkov:skip=CKV_AWS_355:a boundary allows nothing by itself: it is the most that a role can be given

  name        = local.plant_boundary
  description = "The most that any role of a plant can ever do"
  policy = jsonencode({
    Version = "2012-10-17"
    # A boundary allows nothing by itself, and so speaks of any resource.
    Statement = [
      {
        Sid       = "WhatItsOwnPolicyNames"
        Effect    = "Allow"
        NotAction = ["account:CloseAccount", "organizations:LeaveOrganization"]
        Resource  = "*"
      },
      {
        Sid    = "NoRights"
        Effect = "Deny"
        Action = [
          "account:*", "iam:Add*", "iam:Attach*", "iam:Change*", "iam:Create*", "iam:Deactivate*", "iam:Delete*", "iam:Detach*", "iam:Disable*",
          "iam:Enable*", "iam:Put*", "iam:Remove*", "iam:Reset*", "iam:Set*", "iam:Tag*", "iam:Untag*", "iam:Update*", "iam:Upload*",
          "organizations:*", "sts:AssumeRole", "sts:GetFederationToken",
        ]
        Resource = "*"
      },
      {
        Sid         = "HandsOnRolesOfPlantsAlone"
        Effect      = "Deny"
        Action      = ["iam:PassRole"]
        NotResource = [local.own_roles]
      },
      {
        Sid      = "NoStates"
        Effect   = "Deny"
        Action   = ["s3:*"]
        Resource = [local.state_bucket_arn, "${local.state_bucket_arn}/*"]
      },
    ]
  })
}

resource "aws_iam_role" "deploy" {
  name                 = local.deploy_role
  description          = "Deploys ${var.repository} from ${var.branch}"
  assume_role_policy   = local.trust["deploy"]
  permissions_boundary = aws_iam_policy.deploy_boundary.arn
  max_session_duration = 7200
}

# It makes roles, and could make itself one that may do anything: what follows holds for it whatever is attached.
resource "aws_iam_policy" "deploy_boundary" {
  #checkov:skip=CKV_AWS_286:a boundary allows nothing by itself: it is the most that a role can be given
  #checkov:skip=CKV_AWS_287:a boundary allows nothing by itself: it is the most that a role can be given
  #checkov:skip=CKV_AWS_288:a boundary allows nothing by itself: it is the most that a role can be given
  #checkov:skip=CKV_AWS_289:a boundary allows nothing by itself: it is the most that a role can be given
  #checkov:skip=CKV_AWS_290:a boundary allows nothing by itself: it is the most that a role can be given
  #checkov:skip=CKV_AWS_355:a boundary allows nothing by itself: it is the most that a role can be given

  name        = "${var.name}-github-deploy-boundary"
  description = "The most that the deploy role can ever do"
  policy = jsonencode({
    Version = "2012-10-17"
    # A boundary allows nothing by itself, and so speaks of any resource.
    Statement = [
      {
        Sid       = "EverythingButTheAccount"
        Effect    = "Allow"
        NotAction = ["account:CloseAccount", "account:PutContactInformation", "organizations:LeaveOrganization"]
        Resource  = "*"
      },
      {
        Sid    = "NoPeople"
        Effect = "Deny"
        Action = [
          "iam:AddUserToGroup", "iam:AttachGroupPolicy", "iam:AttachUserPolicy", "iam:CreateAccessKey", "iam:CreateGroup",
          "iam:CreateLoginProfile", "iam:CreateSAMLProvider", "iam:CreateUser", "iam:PutGroupPolicy", "iam:PutUserPolicy",
          "iam:UpdateAccessKey", "iam:UpdateLoginProfile", "sts:AssumeRole",
        ]
        Resource = "*"
      },
      {
        Sid    = "NotItself"
        Effect = "Deny"
        Action = [
          "iam:AttachRolePolicy", "iam:CreatePolicyVersion", "iam:DeletePolicy", "iam:DeletePolicyVersion", "iam:DeleteRole",
          "iam:DeleteRolePermissionsBoundary", "iam:DeleteRolePolicy", "iam:DetachRolePolicy", "iam:PassRole",
          "iam:PutRolePermissionsBoundary", "iam:PutRolePolicy", "iam:SetDefaultPolicyVersion", "iam:UpdateAssumeRolePolicy",
          "iam:UpdateRole",
        ]
        Resource = [
          local.plan_role_arn, local.deploy_role_arn,
          "arn:${local.partition}:iam::${local.account}:policy/${var.name}-github-plan-boundary",
          "arn:${local.partition}:iam::${local.account}:policy/${var.name}-github-deploy-boundary",
          local.plant_boundary_arn,
        ]
      },
      {
        # Where a role has none, IAM tells none, which is not equal either.
        Sid       = "NoRoleWithoutItsBound"
        Effect    = "Deny"
        Action    = local.bounded
        Resource  = "*"
        Condition = { StringNotEquals = { "iam:PermissionsBoundary" = local.plant_boundary_arn } }
      },
      {
        Sid      = "NoBoundTakenOff"
        Effect   = "Deny"
        Action   = ["iam:DeleteRolePermissionsBoundary"]
        Resource = "*"
      },
      {
        Sid    = "NotTheIdentityProvider"
        Effect = "Deny"
        Action = [
          "iam:AddClientIDToOpenIDConnectProvider", "iam:CreateOpenIDConnectProvider", "iam:DeleteOpenIDConnectProvider",
          "iam:RemoveClientIDFromOpenIDConnectProvider", "iam:UpdateOpenIDConnectProviderThumbprint",
        ]
        Resource = "*"
      },
      {
        Sid    = "NotTheStatesBucket"
        Effect = "Deny"
        Action = [
          "s3:DeleteBucket", "s3:DeleteBucketPolicy", "s3:DeleteObjectVersion", "s3:PutBucketOwnershipControls", "s3:PutBucketPolicy",
          "s3:PutBucketPublicAccessBlock", "s3:PutBucketVersioning", "s3:PutEncryptionConfiguration", "s3:PutLifecycleConfiguration",
        ]
        Resource = [local.state_bucket_arn, "${local.state_bucket_arn}/*"]
      },
      {
        Sid      = "NotTheStatesOfThisFolder"
        Effect   = "Deny"
        Action   = ["s3:DeleteObject", "s3:PutObject"]
        Resource = ["${local.state_bucket_arn}/bootstrap/*"]
      },
    ]
  })
}

# All services but IAM and the organization; whatever is not named smart-factory-… in IAM stays out of reach.
resource "aws_iam_role_policy_attachment" "deploy" {
  role       = aws_iam_role.deploy.name
  policy_arn = "arn:${local.partition}:iam::aws:policy/PowerUserAccess"
}

resource "aws_iam_role_policy" "deploy" {
  name = "roles-of-plants"
  role = aws_iam_role.deploy.name
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid    = "OwnRolesAndPolicies"
        Effect = "Allow"
        Action = [
          "iam:CreatePolicy", "iam:CreatePolicyVersion", "iam:DeletePolicy", "iam:DeletePolicyVersion", "iam:DeleteRole",
          "iam:DeleteRolePolicy", "iam:DetachRolePolicy", "iam:GetPolicy", "iam:GetPolicyVersion", "iam:GetRole",
          "iam:GetRolePolicy", "iam:ListAttachedRolePolicies", "iam:ListEntitiesForPolicy", "iam:ListInstanceProfilesForRole",
          "iam:ListPolicyTags", "iam:ListPolicyVersions", "iam:ListRolePolicies", "iam:ListRoleTags",
          "iam:TagPolicy", "iam:TagRole", "iam:UntagPolicy", "iam:UntagRole", "iam:UpdateAssumeRolePolicy", "iam:UpdateRole",
          "iam:UpdateRoleDescription",
        ]
        Resource = [local.own_roles, local.own_policies]
      },
      {
        Sid       = "GiveRightsToBoundedRoles"
        Effect    = "Allow"
        Action    = ["iam:CreateRole", "iam:PutRolePermissionsBoundary", "iam:PutRolePolicy"]
        Resource  = [local.own_roles]
        Condition = { StringEquals = { "iam:PermissionsBoundary" = local.plant_boundary_arn } }
      },
      {
        # Policies of its own, and of AWS those that services' roles are made for: never an administrator's.
        Sid      = "AttachPolicies"
        Effect   = "Allow"
        Action   = ["iam:AttachRolePolicy"]
        Resource = [local.own_roles]
        Condition = {
          StringEquals = { "iam:PermissionsBoundary" = local.plant_boundary_arn }
          ArnLike      = { "iam:PolicyARN" = [local.own_policies, "arn:${local.partition}:iam::aws:policy/service-role/*"] }
        }
      },
      {
        Sid       = "PassRolesToTheirServices"
        Effect    = "Allow"
        Action    = ["iam:PassRole"]
        Resource  = [local.own_roles]
        Condition = { StringEquals = { "iam:PassedToService" = [for service in local.passed_to : "${service}.amazonaws.com"] } }
      },
      { Sid = "DecryptState", Effect = "Allow", Action = ["kms:Decrypt", "kms:GenerateDataKey"], Resource = [aws_kms_key.state.arn] },
    ]
  })
}
