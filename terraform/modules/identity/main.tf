# Who a machine is, and what it may do: thing type, group and policy; AWS IoT's log; Device Defender's audit.
#
# Keys and certificates are no part of this: Terraform's state would hold them in the clear. `factory provision` makes
# them, and finds here what it needs.

data "aws_caller_identity" "current" {}
data "aws_region" "current" {}
data "aws_partition" "current" {}

data "aws_iot_endpoint" "data" {
  endpoint_type = "iot:Data-ATS"
}

locals {
  account = data.aws_caller_identity.current.account_id
  region  = data.aws_region.current.region
  iot     = "arn:${data.aws_partition.current.partition}:iot:${local.region}:${local.account}"

  # The double dollar is for Terraform; AWS IoT fills the variables in for each connection.
  thing = "$${iot:Connection.Thing.ThingName}"
  line  = "$${iot:Connection.Thing.Attributes[line]}"
  own   = "factory/${var.plant}/${local.line}/${local.thing}"

  attached = { Bool = { "iot:Connection.Thing.IsAttached" = "true" } }

  # No topic of Basic Ingest ($aws/rules/RULE/…): what goes to one rule passes by all others, also by the one that alarms.
  machine_policy = {
    Version = "2012-10-17"
    Statement = [
      {
        Effect    = "Allow"
        Action    = "iot:Connect"
        Resource  = ["${local.iot}:client/${local.thing}"]
        Condition = local.attached
      },
      {
        Effect    = "Allow"
        Action    = "iot:Publish"
        Resource  = ["${local.iot}:topic/${local.own}/telemetry", "${local.iot}:topic/${local.own}/event"]
        Condition = local.attached
      },
      {
        Effect    = "Allow"
        Action    = "iot:Receive"
        Resource  = ["${local.iot}:topic/${local.own}/command"]
        Condition = local.attached
      },
      {
        Effect    = "Allow"
        Action    = "iot:Subscribe"
        Resource  = ["${local.iot}:topicfilter/${local.own}/command"]
        Condition = local.attached
      },
    ]
  }
}

# --- machines -------------------------------------------------------------------------------------------------------

resource "aws_iot_thing_type" "machine" {
  name = "smart-factory-machine"

  properties {
    description           = "A machine"
    searchable_attributes = ["plant", "line", "model"]
  }
}

resource "aws_iot_thing_group" "plant" {
  name = var.name
}

resource "aws_iot_policy" "machine" {
  name   = "${var.name}-machine"
  policy = jsonencode(local.machine_policy)
}

# --- log of AWS IoT -------------------------------------------------------------------------------------------------

resource "aws_cloudwatch_log_group" "iot" {
  #checkov:skip=CKV_AWS_338:a month is what people look back on; log_retention_days keeps it longer where that is asked for
  # AWS IoT writes to the group of this name and to no other. Made here, it is encrypted and forgets.
  name              = "AWSIotLogsV2"
  kms_key_id        = var.logs_key_arn
  retention_in_days = var.log_retention_days
}

resource "aws_iam_role" "logging" {
  name                 = "${var.name}-iot-logging"
  description          = "AWS IoT writes its log"
  permissions_boundary = var.permissions_boundary_arn
  assume_role_policy   = local.iot_trust
}

resource "aws_iam_role_policy" "logging" {
  name = "rights"
  role = aws_iam_role.logging.name
  # AWS IoT wants to make the group as well (Developer Guide, "Configure AWS IoT logging"): it finds it there, and may not be refused.
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect   = "Allow"
      Action   = ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"]
      Resource = [local.log_group, "${local.log_group}:*"]
    }]
  })
}

locals {
  log_group = "arn:${data.aws_partition.current.partition}:logs:${local.region}:${local.account}:log-group:AWSIotLogsV2"

  # Without the condition another account's AWS IoT could take the role on in our name (the confused deputy).
  iot_trust = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "iot.amazonaws.com" }
      Condition = { StringEquals = { "aws:SourceAccount" = local.account } }
    }]
  })
}

resource "aws_iot_logging_options" "this" {
  default_log_level = var.log_level
  disable_all_logs  = false
  role_arn          = aws_iam_role.logging.arn

  # The group first: AWS IoT would make one that is neither encrypted nor ever forgets.
  depends_on = [aws_cloudwatch_log_group.iot, aws_iam_role_policy.logging]
}

# --- Device Defender's audit ----------------------------------------------------------------------------------------

resource "aws_iam_role" "audit" {
  name                 = "${var.name}-iot-audit"
  description          = "Device Defender looks at certificates, policies and settings"
  permissions_boundary = var.permissions_boundary_arn
  assume_role_policy   = local.iot_trust
}

resource "aws_iam_role_policy_attachment" "audit" {
  role       = aws_iam_role.audit.name
  policy_arn = "arn:${data.aws_partition.current.partition}:iam::aws:policy/service-role/AWSIoTDeviceDefenderAudit"
}

resource "aws_iam_role" "audit_topic" {
  count = var.audit_topic == null ? 0 : 1

  name                 = "${var.name}-iot-audit-topic"
  description          = "Device Defender tells what it found"
  permissions_boundary = var.permissions_boundary_arn
  assume_role_policy   = local.iot_trust
}

resource "aws_iam_role_policy" "audit_topic" {
  count = var.audit_topic == null ? 0 : 1

  name = "rights"
  role = aws_iam_role.audit_topic[0].name
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      { Effect = "Allow", Action = "sns:Publish", Resource = var.audit_topic.arn },
      {
        Effect    = "Allow"
        Action    = ["kms:GenerateDataKey", "kms:Decrypt"]
        Resource  = var.audit_topic.key_arn
        Condition = { StringEquals = { "kms:ViaService" = "sns.${local.region}.amazonaws.com" } }
      },
    ]
  })
}

locals {
  # By what CloudFormation calls a check, what the API calls it. Roles of Cognito are left out: there are none here.
  checks = {
    CaCertificateExpiringCheck                            = "CA_CERTIFICATE_EXPIRING_CHECK"
    CaCertificateKeyQualityCheck                          = "CA_CERTIFICATE_KEY_QUALITY_CHECK"
    ConflictingClientIdsCheck                             = "CONFLICTING_CLIENT_IDS_CHECK"
    DeviceCertificateAgeCheck                             = "DEVICE_CERTIFICATE_AGE_CHECK"
    DeviceCertificateExpiringCheck                        = "DEVICE_CERTIFICATE_EXPIRING_CHECK"
    DeviceCertificateKeyQualityCheck                      = "DEVICE_CERTIFICATE_KEY_QUALITY_CHECK"
    DeviceCertificateSharedCheck                          = "DEVICE_CERTIFICATE_SHARED_CHECK"
    IntermediateCaRevokedForActiveDeviceCertificatesCheck = "INTERMEDIATE_CA_REVOKED_FOR_ACTIVE_DEVICE_CERTIFICATES_CHECK"
    IoTPolicyPotentialMisConfigurationCheck               = "IOT_POLICY_POTENTIAL_MISCONFIGURATION_CHECK"
    IotPolicyOverlyPermissiveCheck                        = "IOT_POLICY_OVERLY_PERMISSIVE_CHECK"
    LoggingDisabledCheck                                  = "LOGGING_DISABLED_CHECK"
    RevokedCaCertificateStillActiveCheck                  = "REVOKED_CA_CERTIFICATE_STILL_ACTIVE_CHECK"
    RevokedDeviceCertificateStillActiveCheck              = "REVOKED_DEVICE_CERTIFICATE_STILL_ACTIVE_CHECK"
  }

  age = { Configuration = { CertAgeThresholdInDays = tostring(var.certificate_age_days) } }
}

# The provider has no resource for it: CloudFormation's AWS::IoT::AccountAuditConfiguration and AWS::IoT::ScheduledAudit.
resource "aws_cloudformation_stack" "audit" {
  #checkov:skip=CKV_AWS_124:Terraform waits for the stack and tells its failure by itself
  name       = "${var.name}-iot-audit"
  depends_on = [aws_iam_role_policy_attachment.audit, aws_iam_role_policy.audit_topic]

  template_body = jsonencode({
    AWSTemplateFormatVersion = "2010-09-09"
    Description              = "AWS IoT Device Defender's audit of ${var.plant}"
    Resources = {
      Checks = {
        Type = "AWS::IoT::AccountAuditConfiguration"
        Properties = merge(
          {
            AccountId = local.account
            RoleArn   = aws_iam_role.audit.arn
            AuditCheckConfigurations = {
              for check in keys(local.checks) : check => merge({ Enabled = true }, { for key, value in local.age : key => value if check == "DeviceCertificateAgeCheck" })
            }
          },
          { for topic in var.audit_topic == null ? [] : [var.audit_topic] : "AuditNotificationTargetConfigurations" => {
            Sns = { Enabled = true, TargetArn = topic.arn, RoleArn = aws_iam_role.audit_topic[0].arn }
          } },
        )
      }
      Weekly = {
        Type      = "AWS::IoT::ScheduledAudit"
        DependsOn = "Checks"
        Properties = {
          ScheduledAuditName = "${var.name}-weekly"
          Frequency          = "WEEKLY"
          DayOfWeek          = var.audit_day
          TargetCheckNames   = values(local.checks)
        }
      }
    }
  })
}

# --- Leases: who plays which machines --------------------------------------------------------------------------------

# Here and not beside the simulators, as machines are provisioned before there are any, and provisioning wants it.
# No time to live: a row keeps the shard's `run`, which must only grow. A row that went would come back with run 1, and
# (device_id, run, seq) would name two messages.
resource "aws_dynamodb_table" "leases" {
  name                        = "${var.name}-leases"
  billing_mode                = "PAY_PER_REQUEST"
  hash_key                    = "shard"
  deletion_protection_enabled = var.deletion_protection

  attribute {
    name = "shard"
    type = "S"
  }

  point_in_time_recovery {
    enabled = true
  }

  server_side_encryption {
    enabled     = true
    kms_key_arn = var.identities_key_arn
  }
}
