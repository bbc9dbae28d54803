# The model's endpoint: off until there is a model, serverless unless told otherwise, and with least rights.

mock_provider "aws" {
  source          = "../../tests/mocks"
  override_during = plan
}

variables {
  name              = "smart-factory-plant1"
  fleet_bucket_name = "smart-factory-plant1-fleet-111122223333"
  key_arn           = "arn:aws:kms:eu-central-1:111122223333:key/0a1b2c3d-fleet"
  logs_key_arn      = "arn:aws:kms:eu-central-1:111122223333:key/0a1b2c3d-logs"
  models_key_arn    = "arn:aws:kms:eu-central-1:111122223333:key/0a1b2c3d-models"
  function_zip      = "tests/endpoint.tftest.hcl" # whatever its bytes are: nothing runs here
  model = {
    image          = "111122223333.dkr.ecr.eu-central-1.amazonaws.com/smart-factory/maintenance:0.1.0-sagemaker"
    model_data_url = "s3://smart-factory-plant1-models-111122223333/fleet/0123abcd/model.tar.gz"
  }
}

run "there_is_no_endpoint_until_a_model_is_given" {
  command = plan

  variables {
    model = null
  }

  assert {
    condition     = length(aws_sagemaker_endpoint.this) + length(aws_sagemaker_model.this) + length(aws_iam_role.model) == 0 && output.endpoint_name == null
    error_message = "Without a model there is nothing to serve."
  }

  assert {
    condition     = one(aws_lambda_function.this.environment).variables["FLEET_ENDPOINT"] == "smart-factory-plant1-fleet"
    error_message = "The function must know the endpoint's name before there is one."
  }
}

run "it_is_serverless_by_default" {
  command = plan

  assert {
    condition     = one(one(aws_sagemaker_endpoint_configuration.this["model"].production_variants).serverless_config).memory_size_in_mb == 2048
    error_message = "The endpoint must be serverless, with 2048 MB."
  }

  assert {
    condition     = one(aws_sagemaker_endpoint_configuration.this["model"].production_variants).instance_type == null && length(aws_appautoscaling_target.endpoint) == 0
    error_message = "A serverless endpoint has no instances to scale."
  }

  assert {
    condition     = aws_sagemaker_endpoint.this["model"].name == "smart-factory-plant1-fleet" && output.endpoint_name == "smart-factory-plant1-fleet"
    error_message = "The endpoint must have the name under which the function asks."
  }

  assert {
    condition     = one(aws_sagemaker_model.this["model"].primary_container).environment["MODEL_SERVER_HTTP_HOST"] == "0.0.0.0"
    error_message = "The server must be reached from outside of its container."
  }

  # SageMaker API reference, CreateEndpointConfig: KmsKeyId encrypts the volume attached to the instance; here is none.
  assert {
    condition     = aws_sagemaker_endpoint_configuration.this["model"].kms_key_arn == null && one(aws_sagemaker_endpoint_configuration.this["model"].production_variants).initial_instance_count == null
    error_message = "A serverless endpoint has neither disks to encrypt nor instances to count."
  }

  assert {
    condition     = !aws_sagemaker_model.this["model"].enable_network_isolation
    error_message = "SageMaker refuses network isolation for serverless endpoints."
  }
}

run "on_instances_it_is_scaled_by_its_load_and_calls_nobody" {
  command = plan

  variables {
    endpoint_kind = "instances"
    instances     = { type = "ml.c7i.large", least = 2, most = 6 }
  }

  assert {
    condition     = one(aws_sagemaker_endpoint_configuration.this["model"].production_variants).instance_type == "ml.c7i.large" && one(aws_sagemaker_endpoint_configuration.this["model"].production_variants).initial_instance_count == 2
    error_message = "The variant must begin with the least number of its instances."
  }

  assert {
    condition     = length(one(aws_sagemaker_endpoint_configuration.this["model"].production_variants).serverless_config) == 0
    error_message = "A variant is serverless or on instances, never both."
  }

  assert {
    condition     = aws_appautoscaling_target.endpoint["model"].min_capacity == 2 && aws_appautoscaling_target.endpoint["model"].max_capacity == 6 && aws_appautoscaling_target.endpoint["model"].resource_id == "endpoint/smart-factory-plant1-fleet/variant/AllTraffic"
    error_message = "The endpoint's variant must be scaled between least and most."
  }

  assert {
    condition     = one(one(aws_appautoscaling_policy.endpoint["model"].target_tracking_scaling_policy_configuration).predefined_metric_specification).predefined_metric_type == "SageMakerVariantInvocationsPerInstance"
    error_message = "Instances must come and go with what is asked of each."
  }

  assert {
    condition     = aws_sagemaker_model.this["model"].enable_network_isolation
    error_message = "On instances the server must be cut off from the network."
  }

  assert {
    condition     = aws_sagemaker_endpoint_configuration.this["model"].kms_key_arn == var.key_arn
    error_message = "The instances' disks must be encrypted under key_arn."
  }
}

run "sagemaker_may_read_this_model_in_its_versions_and_this_image_and_no_other" {
  command = plan

  assert {
    condition     = [for statement in jsondecode(aws_iam_role_policy.model["model"].policy).Statement : statement.Resource if contains(statement.Action, "s3:GetObject")] == [["arn:aws:s3:::smart-factory-plant1-models-111122223333/fleet/*"]]
    error_message = "SageMaker must read the versions of this model, and no other model."
  }

  assert {
    condition     = [for statement in jsondecode(aws_iam_role_policy.model["model"].policy).Statement : statement.Resource if contains(statement.Action, "ecr:BatchGetImage")] == [["arn:aws:ecr:eu-central-1:111122223333:repository/smart-factory/maintenance"]]
    error_message = "SageMaker must pull from the one repository."
  }

  assert {
    condition     = toset(flatten([for statement in jsondecode(aws_iam_role_policy.model["model"].policy).Statement : statement.Action if contains(statement.Resource, "*")])) == toset(["ecr:GetAuthorizationToken", "cloudwatch:PutMetricData"])
    error_message = "Only these two actions know no resource."
  }

  assert {
    condition     = [for statement in jsondecode(aws_iam_role_policy.model["model"].policy).Statement : statement.Condition.StringLike["cloudwatch:namespace"] if contains(statement.Action, "cloudwatch:PutMetricData")] == [["/aws/sagemaker/*", "AWS/SageMaker"]]
    error_message = "Metrics must go into SageMaker's namespaces alone."
  }

  assert {
    condition     = [for statement in jsondecode(aws_iam_role_policy.model["model"].policy).Statement : [statement.Resource, statement.Condition.StringEquals["kms:ViaService"]] if contains(statement.Action, "kms:Decrypt")] == [[["arn:aws:kms:eu-central-1:111122223333:key/0a1b2c3d-models"], "s3.eu-central-1.amazonaws.com"]]
    error_message = "The models' key must be used through S3 alone."
  }

  assert {
    condition     = jsondecode(aws_iam_role.model["model"].assume_role_policy).Statement == [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "sagemaker.amazonaws.com" }, Condition = { StringEquals = { "aws:SourceAccount" = "111122223333" } } }]
    error_message = "SageMaker, and nobody else, must take on the role, for this account alone."
  }

  assert {
    condition     = aws_cloudwatch_log_group.endpoint["model"].kms_key_id == var.logs_key_arn && aws_cloudwatch_log_group.endpoint["model"].retention_in_days == 30
    error_message = "The endpoint's log has no key or no end."
  }
}

run "another_model_comes_under_another_name" {
  command = plan

  variables {
    model = {
      image          = "111122223333.dkr.ecr.eu-central-1.amazonaws.com/smart-factory/maintenance:0.1.0-sagemaker"
      model_data_url = "s3://smart-factory-plant1-models-111122223333/fleet/4567cdef/model.tar.gz"
    }
  }

  assert {
    condition     = aws_sagemaker_model.this["model"].name != run.it_is_serverless_by_default.model_name
    error_message = "A model cannot be changed: the new one needs a name of its own, so that the old one serves until it is ready."
  }

  assert {
    condition     = aws_sagemaker_endpoint_configuration.this["model"].name != run.it_is_serverless_by_default.endpoint_configuration_name
    error_message = "A configuration cannot be changed: the endpoint moves over to the new one."
  }

  assert {
    condition     = [for statement in jsondecode(aws_iam_role_policy.model["model"].policy).Statement : statement.Resource if contains(statement.Action, "s3:GetObject")] == [["arn:aws:s3:::smart-factory-plant1-models-111122223333/fleet/*"]]
    error_message = "The old version must still be read while the endpoint moves over."
  }
}
