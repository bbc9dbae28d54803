# Who administers a key, and who uses it.

mock_provider "aws" {
  source          = "../../tests/mocks"
  override_during = plan
}

variables {
  name           = "smart-factory-plant1"
  plant          = "plant1"
  administrators = ["arn:aws:iam::111122223333:role/smart-factory-github-deploy"]
}

run "each_kind_of_data_has_a_key_that_rotates_under_a_name_that_the_programs_know" {
  command = plan

  assert {
    condition = { for key, alias in aws_kms_alias.this : key => alias.name } == {
      identities = "alias/smart-factory-plant1"
      lake       = "alias/smart-factory-plant1-lake"
      fleet      = "alias/smart-factory-plant1-fleet"
      models     = "alias/smart-factory-plant1-models"
      truth      = "alias/smart-factory-plant1-truth"
      secrets    = "alias/smart-factory-plant1-secrets"
      logs       = "alias/smart-factory-plant1-logs"
    }
    error_message = "Aliases are ${jsonencode([for alias in aws_kms_alias.this : alias.name])}."
  }

  assert {
    condition     = alltrue([for key in aws_kms_key.this : key.enable_key_rotation && length(key.description) > 10 && key.deletion_window_in_days == 30])
    error_message = "A key does not rotate, has no description, or is gone within a month of a mistake."
  }

  # The lists beside are written down once more by hand, as AWS's pages on key policies name them.
  assert {
    condition = alltrue(flatten([
      for key in aws_kms_key.this : [
        for statement in jsondecode(key.policy).Statement :
        length(setintersection(statement.Action, ["kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey", "kms:ReEncryptFrom", "kms:ReEncryptTo", "kms:CreateGrant"])) == 0
        if statement.Sid == "Administrators"
      ]
    ]))
    error_message = "Administrators could use a key."
  }

  assert {
    condition = alltrue(flatten([
      for key in aws_kms_key.this : [
        for statement in jsondecode(key.policy).Statement :
        length(setintersection(statement.Action, ["kms:PutKeyPolicy", "kms:ScheduleKeyDeletion", "kms:DisableKey", "kms:RevokeGrant", "kms:DisableKeyRotation"])) == 0
        if statement.Sid != "Administrators"
      ]
    ]))
    error_message = "Users could change or delete a key."
  }

  assert {
    condition = alltrue(flatten([
      for key in aws_kms_key.this : [for statement in jsondecode(key.policy).Statement : alltrue([for action in statement.Action : !strcontains(action, "*")])]
    ]))
    error_message = "An action has a * in it."
  }

  assert {
    condition = alltrue(flatten([
      for key in aws_kms_key.this : [
        for statement in jsondecode(key.policy).Statement : try(length(statement.Condition) > 0, false)
        if !contains(["Administrators", "AccountLooks"], statement.Sid)
      ]
    ]))
    error_message = "Somebody may use a key without a condition."
  }

  assert {
    condition = { for statement in jsondecode(aws_kms_key.this["lake"].policy).Statement : statement.Sid => try(statement.Condition, null) } == {
      Administrators              = null
      AdministratorsSetUpServices = { StringEquals = { "kms:ViaService" = [for service in ["aps", "dynamodb", "elasticfilesystem", "firehose", "sagemaker"] : "${service}.eu-central-1.amazonaws.com"] } }
      AccountLooks                = null
      Users                       = { ArnLike = { "aws:PrincipalArn" = ["arn:aws:iam::111122223333:role/smart-factory-plant1-*"] } }
      UsersGrantToServices = {
        ArnLike = { "aws:PrincipalArn" = ["arn:aws:iam::111122223333:role/smart-factory-plant1-*"] }
        Bool    = { "kms:GrantIsForAWSResource" = "true" }
      }
    }
    error_message = "The conditions are others: ${aws_kms_key.this["lake"].policy}"
  }

  assert {
    condition = alltrue([
      for name, key in aws_kms_key.this : { for statement in jsondecode(key.policy).Statement : statement.Sid => statement.Principal.AWS if can(statement.Principal.AWS) && (statement.Sid != "AdministratorsMakeSecrets" || name != "secrets") } == {
        Administrators              = ["arn:aws:iam::111122223333:role/smart-factory-github-deploy"]
        AdministratorsSetUpServices = ["arn:aws:iam::111122223333:role/smart-factory-github-deploy"]
        AccountLooks                = "arn:aws:iam::111122223333:root"
        Users                       = "arn:aws:iam::111122223333:root"
        UsersGrantToServices        = "arn:aws:iam::111122223333:root"
      }
    ])
    error_message = "Others than the named administrators administer a key, or another account uses it."
  }
}

# An empty secret can be made, and a filled one not read.
run "administrators_make_secrets_and_read_none" {
  command = plan

  assert {
    condition = [for statement in jsondecode(aws_kms_key.this["secrets"].policy).Statement : [statement.Principal.AWS, statement.Action, statement.Condition] if statement.Sid == "AdministratorsMakeSecrets"] == [[
      ["arn:aws:iam::111122223333:role/smart-factory-github-deploy"], ["kms:Decrypt", "kms:GenerateDataKey"],
      { StringEquals = { "kms:ViaService" = "secretsmanager.eu-central-1.amazonaws.com", "kms:EncryptionContext:SecretVersionId" = "RequestToValidateKeyAccess" } },
    ]]
    error_message = "Who makes a secret is refused, or reads one: ${aws_kms_key.this["secrets"].policy}"
  }

  assert {
    condition     = { for key, made in aws_kms_key.this : key => length(jsondecode(made.policy).Statement) } == { identities = 5, lake = 5, fleet = 5, models = 5, truth = 5, secrets = 6, logs = 8 }
    error_message = "A key has more statements, or less."
  }
}

run "only_the_key_of_logs_is_open_to_services_and_for_this_account_alone" {
  command = plan

  assert {
    condition = [
      for key, made in aws_kms_key.this : key if anytrue([for statement in jsondecode(made.policy).Statement : can(statement.Principal.Service)])
    ] == ["logs"]
    error_message = "A service may use another key than that of logs."
  }

  assert {
    condition = { for statement in jsondecode(aws_kms_key.this["logs"].policy).Statement : statement.Sid => statement.Condition if can(statement.Principal.Service) } == {
      LogGroupsOfThisAccount   = { ArnLike = { "kms:EncryptionContext:aws:logs:arn" = "arn:aws:logs:eu-central-1:111122223333:log-group:*" } }
      AlarmsTopicOfThisAccount = { StringEquals = { "aws:SourceAccount" = "111122223333" } }
      EventsToTheAlarmsTopic   = { StringEquals = { "kms:EncryptionContext:aws:sns:topicArn" = "arn:aws:sns:eu-central-1:111122223333:smart-factory-plant1-alarms" } }
    }
    error_message = "Services may use the key of logs for another account: ${aws_kms_key.this["logs"].policy}"
  }
}

run "who_provisions_is_added_to_one_key_alone" {
  command = plan

  variables {
    users = { identities = ["arn:aws:iam::111122223333:role/provisioner"] }
  }

  assert {
    condition     = [for key, made in aws_kms_key.this : key if strcontains(made.policy, "role/provisioner")] == ["identities"]
    error_message = "Keys that name the provisioner: ${jsonencode([for key, made in aws_kms_key.this : key if strcontains(made.policy, "role/provisioner")])}."
  }
}

run "wrong_values_are_refused" {
  command = plan

  module {
    source = "./tests/inputs"
  }

  variables {
    name                 = "factory"
    plant                = "plant_1"
    administrators       = ["arn:aws:sts::111122223333:assumed-role/deploy/session"]
    users                = { disk = ["arn:aws:iam::111122223333:role/provisioner"] }
    deletion_window_days = 31
    secret_recovery_days = 3
    images               = ["Simulator"]
    images_kept          = 1
  }

  expect_failures = [
    var.name, var.plant, var.administrators, var.users, var.deletion_window_days, var.secret_recovery_days, var.images, var.images_kept,
  ]
}

run "nobody_and_everybody_are_refused" {
  command = plan

  module {
    source = "./tests/inputs"
  }

  variables {
    administrators       = []
    users                = { lake = ["*"] }
    deletion_window_days = 6
    secret_recovery_days = 7.5
  }

  expect_failures = [var.administrators, var.users, var.deletion_window_days, var.secret_recovery_days]
}
