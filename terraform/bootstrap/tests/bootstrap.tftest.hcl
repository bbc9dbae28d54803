# Who may become which role, what the roles can do at most, and that nobody loses the state.

mock_provider "aws" {
  source          = "../tests/mocks"
  override_during = plan
}

variables {
  repository     = "octo-org/smart-factory"
  region         = "eu-central-1"
  administrators = ["arn:aws:iam::111122223333:role/admin"]
}

run "only_pull_requests_plan_and_only_the_main_branch_deploys" {
  command = plan

  assert {
    condition = jsondecode(aws_iam_role.deploy.assume_role_policy).Statement == [{
      Effect    = "Allow"
      Action    = "sts:AssumeRoleWithWebIdentity"
      Principal = { Federated = "arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com" }
      Condition = {
        StringEquals = {
          "token.actions.githubusercontent.com:aud" = "sts.amazonaws.com"
          "token.actions.githubusercontent.com:sub" = ["repo:octo-org/smart-factory:ref:refs/heads/main"]
        }
      }
    }]
    error_message = "Others may deploy: ${aws_iam_role.deploy.assume_role_policy}"
  }

  assert {
    condition = jsondecode(aws_iam_role.plan.assume_role_policy).Statement == [{
      Effect    = "Allow"
      Action    = "sts:AssumeRoleWithWebIdentity"
      Principal = { Federated = "arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com" }
      Condition = {
        StringEquals = {
          "token.actions.githubusercontent.com:aud" = "sts.amazonaws.com"
          "token.actions.githubusercontent.com:sub" = ["repo:octo-org/smart-factory:pull_request"]
        }
      }
    }]
    error_message = "Others may plan: ${aws_iam_role.plan.assume_role_policy}"
  }

  assert {
    condition     = aws_iam_openid_connect_provider.github[0].url == "https://token.actions.githubusercontent.com" && aws_iam_openid_connect_provider.github[0].client_id_list == toset(["sts.amazonaws.com"])
    error_message = "Tokens of another issuer or for another audience are taken."
  }
}

run "the_roles_are_bounded_and_cannot_take_the_bounds_off" {
  command = plan

  override_resource {
    target          = aws_iam_policy.plan_boundary
    override_during = plan
    values          = { arn = "arn:aws:iam::111122223333:policy/plan-boundary" }
  }

  override_resource {
    target          = aws_iam_policy.deploy_boundary
    override_during = plan
    values          = { arn = "arn:aws:iam::111122223333:policy/deploy-boundary" }
  }

  assert {
    condition     = aws_iam_role.plan.permissions_boundary == "arn:aws:iam::111122223333:policy/plan-boundary" && aws_iam_role.deploy.permissions_boundary == "arn:aws:iam::111122223333:policy/deploy-boundary"
    error_message = "A role has no boundary, or the other's."
  }

  assert {
    condition     = aws_iam_role_policy_attachment.plan.policy_arn == "arn:aws:iam::aws:policy/ReadOnlyAccess"
    error_message = "A pull request plans with ${aws_iam_role_policy_attachment.plan.policy_arn}."
  }

  assert {
    condition = alltrue([
      for action in ["secretsmanager:GetSecretValue", "dynamodb:GetItem", "dynamodb:Scan", "logs:GetLogEvents", "sqs:ReceiveMessage", "ssm:GetParameter", "athena:GetQueryResults"] :
      contains(jsondecode(aws_iam_policy.plan_boundary.policy).Statement[0].NotAction, action)
    ])
    error_message = "A pull request could read data: ${aws_iam_policy.plan_boundary.policy}"
  }

  assert {
    condition = jsondecode(aws_iam_policy.plan_boundary.policy).Statement[1] == {
      Sid         = "NoObjectsButTheState"
      Effect      = "Deny"
      Action      = ["s3:GetObject", "s3:GetObjectVersion"]
      NotResource = ["arn:aws:s3:::smart-factory-terraform-state-111122223333/*"]
    }
    error_message = "A pull request could read objects: ${aws_iam_policy.plan_boundary.policy}"
  }

  assert {
    condition     = aws_iam_role.plan.max_session_duration == 3600 && aws_iam_role.deploy.max_session_duration == 7200
    error_message = "Who gets hold of a job's session has it for long."
  }

  assert {
    condition = { for statement in jsondecode(aws_iam_role_policy.plan.policy).Statement : join(" ", statement.Action) => statement.Resource } == {
      "s3:ListBucket" = ["arn:aws:s3:::smart-factory-terraform-state-111122223333"]
      "s3:GetObject"  = ["arn:aws:s3:::smart-factory-terraform-state-111122223333/*"]
      "kms:Decrypt"   = [aws_kms_key.state.arn]
      # Of data catalogs the names of indexes: Terraform reads them with each table.
      "glue:GetPartitionIndexes" = [for part in ["catalog", "database/*", "table/*"] : "arn:aws:glue:eu-central-1:111122223333:${part}"]
    }
    error_message = "A pull request must read the state, and beyond settings nothing else: ${aws_iam_role_policy.plan.policy}"
  }

  assert {
    condition     = [for statement in jsondecode(aws_iam_policy.plan_boundary.policy).Statement : statement.Effect] == ["Allow", "Deny", "Deny"]
    error_message = "The boundary lets more through: ${aws_iam_policy.plan_boundary.policy}"
  }

  assert {
    condition     = alltrue([for action in ["s3:PutObject", "s3:DeleteObject", "iam:PassRole", "sts:AssumeRole"] : contains(jsondecode(aws_iam_policy.plan_boundary.policy).Statement[2].Action, action)])
    error_message = "A pull request could change something."
  }

  assert {
    condition = { for statement in jsondecode(aws_iam_policy.deploy_boundary.policy).Statement : statement.Sid => statement.Effect } == {
      EverythingButTheAccount = "Allow", NoPeople = "Deny", NotItself = "Deny", NoBoundTakenOff = "Deny", NoRoleWithoutItsBound = "Deny", NotTheIdentityProvider = "Deny", NotTheStatesBucket = "Deny", NotTheStatesOfThisFolder = "Deny",
    }
    error_message = "A bound of the deploy role is off: ${aws_iam_policy.deploy_boundary.policy}"
  }

  assert {
    condition     = contains(jsondecode(aws_iam_policy.deploy_boundary.policy).Statement[0].NotAction, "organizations:LeaveOrganization")
    error_message = "The deploy role could take the account out of its organization."
  }

  assert {
    condition     = aws_iam_role_policy_attachment.deploy.policy_arn == "arn:aws:iam::aws:policy/PowerUserAccess"
    error_message = "A push deploys with ${aws_iam_role_policy_attachment.deploy.policy_arn}."
  }

  assert {
    condition = alltrue([
      for action in ["iam:DeleteRolePermissionsBoundary", "iam:PutRolePermissionsBoundary", "iam:CreatePolicyVersion", "iam:PutRolePolicy", "iam:AttachRolePolicy", "iam:UpdateAssumeRolePolicy", "iam:PassRole"] :
      contains(one([for statement in jsondecode(aws_iam_policy.deploy_boundary.policy).Statement : statement.Action if statement.Sid == "NotItself"]), action)
    ])
    error_message = "The deploy role could widen itself."
  }

  assert {
    condition = one([for statement in jsondecode(aws_iam_policy.deploy_boundary.policy).Statement : statement.Resource if statement.Sid == "NotItself"]) == [
      "arn:aws:iam::111122223333:role/smart-factory-github-plan", "arn:aws:iam::111122223333:role/smart-factory-github-deploy",
      "arn:aws:iam::111122223333:policy/smart-factory-github-plan-boundary", "arn:aws:iam::111122223333:policy/smart-factory-github-deploy-boundary",
      "arn:aws:iam::111122223333:policy/smart-factory-plant-boundary",
    ]
    error_message = "The deploy role could change what is made here."
  }

  assert {
    condition = alltrue([
      for action in ["iam:CreateUser", "iam:CreateAccessKey", "iam:AttachUserPolicy", "sts:AssumeRole"] :
      contains(one([for statement in jsondecode(aws_iam_policy.deploy_boundary.policy).Statement : statement.Action if statement.Sid == "NoPeople"]), action)
    ])
    error_message = "The deploy role could make users or become another role."
  }

  assert {
    condition = alltrue(flatten([
      for statement in jsondecode(aws_iam_role_policy.deploy.policy).Statement : [
        for resource in statement.Resource : startswith(resource, "arn:aws:iam::111122223333:role/smart-factory-") || startswith(resource, "arn:aws:iam::111122223333:policy/smart-factory-") || startswith(resource, "arn:aws:kms:")
      ]
    ]))
    error_message = "The deploy role changes roles that are not smart-factory-…: ${aws_iam_role_policy.deploy.policy}"
  }

  assert {
    condition     = alltrue([for statement in jsondecode(aws_iam_role_policy.deploy.policy).Statement : alltrue([for action in statement.Action : !strcontains(action, "*")])])
    error_message = "An action has a * in it."
  }

  assert {
    condition = { for statement in jsondecode(aws_iam_role_policy.deploy.policy).Statement : statement.Sid => statement.Condition if can(statement.Condition) } == {
      GiveRightsToBoundedRoles = { StringEquals = { "iam:PermissionsBoundary" = "arn:aws:iam::111122223333:policy/smart-factory-plant-boundary" } }
      AttachPolicies = {
        StringEquals = { "iam:PermissionsBoundary" = "arn:aws:iam::111122223333:policy/smart-factory-plant-boundary" }
        ArnLike      = { "iam:PolicyARN" = ["arn:aws:iam::111122223333:policy/smart-factory-*", "arn:aws:iam::aws:policy/service-role/*"] }
      }
      PassRolesToTheirServices = {
        StringEquals = {
          "iam:PassedToService" = [
            for service in ["ecs-tasks", "firehose", "iot", "lambda", "sagemaker", "scheduler", "vpc-flow-logs"] : "${service}.amazonaws.com"
          ]
        }
      }
    }
    error_message = "Any policy can be attached, or a role be given to any service: ${aws_iam_role_policy.deploy.policy}"
  }

  # IAM user guide, "Delegating responsibility to others using permissions boundaries": create, put and attach only with the
  # bound, and never take it off nor change it.
  assert {
    condition = jsonencode([for statement in jsondecode(aws_iam_policy.deploy_boundary.policy).Statement : [statement.Effect, sort(statement.Action), try(statement.Condition, null)] if startswith(statement.Sid, "NoRole") || startswith(statement.Sid, "NoBound")]) == jsonencode([
      ["Deny", ["iam:AttachRolePolicy", "iam:CreateRole", "iam:PutRolePermissionsBoundary", "iam:PutRolePolicy"], { StringNotEquals = { "iam:PermissionsBoundary" = "arn:aws:iam::111122223333:policy/smart-factory-plant-boundary" } }],
      ["Deny", ["iam:DeleteRolePermissionsBoundary"], null],
    ])
    error_message = "The deploy role could make a role without a bound: ${aws_iam_policy.deploy_boundary.policy}"
  }

  assert {
    condition = !anytrue(flatten([
      for statement in jsondecode(aws_iam_role_policy.deploy.policy).Statement : [for action in statement.Action : contains(["iam:CreateRole", "iam:PutRolePolicy", "iam:AttachRolePolicy", "iam:PutRolePermissionsBoundary", "iam:DeleteRolePermissionsBoundary"], action)] if !can(statement.Condition.StringEquals["iam:PermissionsBoundary"])
    ]))
    error_message = "Rights are given to a role without a bound: ${aws_iam_role_policy.deploy.policy}"
  }

  assert {
    condition = { for statement in jsondecode(aws_iam_policy.plant_boundary.policy).Statement : statement.Sid => [statement.Effect, try(statement.NotResource, statement.Resource)] } == {
      WhatItsOwnPolicyNames     = ["Allow", "*"]
      NoRights                  = ["Deny", "*"]
      HandsOnRolesOfPlantsAlone = ["Deny", ["arn:aws:iam::111122223333:role/smart-factory-*"]]
      NoStates                  = ["Deny", ["arn:aws:s3:::smart-factory-terraform-state-111122223333", "arn:aws:s3:::smart-factory-terraform-state-111122223333/*"]]
    }
    error_message = "A plant's role could reach further: ${aws_iam_policy.plant_boundary.policy}"
  }

  assert {
    condition     = jsondecode(aws_iam_policy.plant_boundary.policy).Statement[0].NotAction == ["account:CloseAccount", "organizations:LeaveOrganization"]
    error_message = "A plant's role could close the account: ${aws_iam_policy.plant_boundary.policy}"
  }
}

run "the_state_is_encrypted_versioned_and_for_this_account_over_tls_alone" {
  command = plan

  assert {
    condition     = aws_s3_bucket.state.bucket == "smart-factory-terraform-state-111122223333"
    error_message = "The bucket is ${aws_s3_bucket.state.bucket}."
  }

  assert {
    condition     = aws_s3_bucket_versioning.state.versioning_configuration[0].status == "Enabled"
    error_message = "A broken state could not be taken back."
  }

  assert {
    condition     = one(aws_s3_bucket_server_side_encryption_configuration.state.rule).apply_server_side_encryption_by_default[0].sse_algorithm == "aws:kms" && one(aws_s3_bucket_server_side_encryption_configuration.state.rule).apply_server_side_encryption_by_default[0].kms_master_key_id == aws_kms_key.state.arn && one(aws_s3_bucket_server_side_encryption_configuration.state.rule).bucket_key_enabled
    error_message = "The state is not encrypted under its key."
  }

  assert {
    condition     = aws_s3_bucket_public_access_block.state.block_public_acls && aws_s3_bucket_public_access_block.state.block_public_policy && aws_s3_bucket_public_access_block.state.ignore_public_acls && aws_s3_bucket_public_access_block.state.restrict_public_buckets
    error_message = "The state could be made public."
  }

  assert {
    condition     = one(aws_s3_bucket_ownership_controls.state.rule).object_ownership == "BucketOwnerEnforced"
    error_message = "ACLs are in force."
  }

  assert {
    condition = { for statement in jsondecode(aws_s3_bucket_policy.state.policy).Statement : statement.Sid => [statement.Effect, statement.Condition] } == {
      TlsOnly        = ["Deny", { Bool = { "aws:SecureTransport" = "false" } }]
      Tls12          = ["Deny", { NumericLessThan = { "s3:TlsVersion" = "1.2" } }]
      NoOtherAccount = ["Deny", { StringNotEquals = { "aws:PrincipalAccount" = "111122223333" } }]
    }
    error_message = "The bucket's policy is ${aws_s3_bucket_policy.state.policy}."
  }

  assert {
    condition     = alltrue([for statement in jsondecode(aws_s3_bucket_policy.state.policy).Statement : [statement.Principal, statement.Action, statement.Resource] == ["*", "s3:*", ["arn:aws:s3:::smart-factory-terraform-state-111122223333", "arn:aws:s3:::smart-factory-terraform-state-111122223333/*"]]])
    error_message = "Something is left out of a denial: ${aws_s3_bucket_policy.state.policy}."
  }

  assert {
    condition     = aws_kms_key.state.enable_key_rotation && aws_kms_key.state.deletion_window_in_days == 30 && [for statement in jsondecode(aws_kms_key.state.policy).Statement : statement.Principal.AWS] == [["arn:aws:iam::111122223333:role/admin"], "arn:aws:iam::111122223333:root"]
    error_message = "The key does not rotate, is gone within a month of a mistake, or others administer or use it."
  }

  assert {
    condition = jsondecode(aws_kms_key.state.policy).Statement[1].Condition == {
      ArnLike = {
        "aws:PrincipalArn" = ["arn:aws:iam::111122223333:role/admin", "arn:aws:iam::111122223333:role/smart-factory-github-plan", "arn:aws:iam::111122223333:role/smart-factory-github-deploy"]
      }
      StringEquals = { "kms:ViaService" = "s3.eu-central-1.amazonaws.com" }
    }
    error_message = "Others read the state: ${aws_kms_key.state.policy}"
  }

  assert {
    condition     = one(aws_s3_bucket_lifecycle_configuration.state.rule).noncurrent_version_expiration[0].newer_noncurrent_versions == 10 && one(aws_s3_bucket_lifecycle_configuration.state.rule).noncurrent_version_expiration[0].noncurrent_days == 90
    error_message = "Earlier states go too soon, or never."
  }

  assert {
    condition     = one(aws_s3_bucket_lifecycle_configuration.state.rule).status == "Enabled" && one(aws_s3_bucket_lifecycle_configuration.state.rule).abort_incomplete_multipart_upload[0].days_after_initiation == 7
    error_message = "What is old or half written stays for good."
  }

  assert {
    condition     = strcontains(output.backend_config, "use_lockfile = true") && strcontains(output.backend_config, "encrypt      = true") && strcontains(output.backend_config, "kms_key_id   = ") && strcontains(output.backend_config, "smart-factory-terraform-state-111122223333")
    error_message = "Two could apply at a time: ${output.backend_config}"
  }
}

run "an_environment_and_a_provider_that_is_there_are_taken_where_they_are_named" {
  command = plan

  variables {
    deploy_environment       = "production"
    github_oidc_provider_arn = "arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com"
    branch                   = "release/1.x"
  }

  assert {
    condition     = jsondecode(aws_iam_role.deploy.assume_role_policy).Statement[0].Condition.StringEquals["token.actions.githubusercontent.com:sub"] == ["repo:octo-org/smart-factory:ref:refs/heads/release/1.x", "repo:octo-org/smart-factory:environment:production"]
    error_message = "Others may deploy: ${aws_iam_role.deploy.assume_role_policy}"
  }

  assert {
    condition     = length(aws_iam_openid_connect_provider.github) == 0
    error_message = "A second provider of the same address: AWS refuses it."
  }
}

# As GitHub names it since July 2026: with the numbers of owner and repository, compared as a whole like the other.
run "a_repository_is_taken_with_its_numbers" {
  command = plan

  variables {
    repository = "octo-org@123456/smart-factory@456789"
  }

  assert {
    condition = [for role in [aws_iam_role.plan, aws_iam_role.deploy] : jsondecode(role.assume_role_policy).Statement[0].Condition.StringEquals["token.actions.githubusercontent.com:sub"]] == [
      ["repo:octo-org@123456/smart-factory@456789:pull_request"], ["repo:octo-org@123456/smart-factory@456789:ref:refs/heads/main"],
    ]
    error_message = "Others may deploy, or this one may not: ${aws_iam_role.deploy.assume_role_policy}"
  }
}

# One number alone: GitHub never says that.
run "half_of_the_numbers_is_refused" {
  command = plan

  module {
    source = "./tests/inputs"
  }

  variables {
    repository = "octo-org@123456/smart-factory"
  }

  expect_failures = [var.repository]
}

run "wrong_values_are_refused" {
  command = plan

  module {
    source = "./tests/inputs"
  }

  variables {
    repository               = "octo-org/*"
    region                   = "Frankfurt"
    name                     = "Smart_Factory"
    branch                   = "*"
    deploy_environment       = "prod*"
    github_oidc_provider_arn = "arn:aws:iam::111122223333:oidc-provider/example.com"
    administrators           = []
    old_states_days          = 1
  }

  expect_failures = [
    var.repository, var.region, var.name, var.branch, var.deploy_environment, var.github_oidc_provider_arn, var.administrators, var.old_states_days,
  ]
}
