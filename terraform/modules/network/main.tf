# The network: public subnets for the load balancer alone, private ones for the tasks, endpoints in place of a NAT.

data "aws_caller_identity" "this" {}

data "aws_partition" "this" {}

data "aws_region" "this" {}

data "aws_availability_zones" "this" {
  #checkov:skip=CKV_AWS_394:the first var.zones are taken, so that one more changes nothing

  state = "available"

  # Local zones have no Fargate and few endpoints.
  filter {
    name   = "opt-in-status"
    values = ["opt-in-not-required"]
  }
}

locals {
  account   = data.aws_caller_identity.this.account_id
  partition = data.aws_partition.this.partition
  region    = data.aws_region.this.region
  zones     = { for index, zone in slice(sort(data.aws_availability_zones.this.names), 0, var.zones) : zone => index }
  nat_zones = var.nat == "none" ? [] : var.nat == "one" ? slice(keys(local.zones), 0, 1) : keys(local.zones)
}

# --- Addresses and routes ----------------------------------------------------------------------------------------------

resource "aws_vpc" "this" {
  cidr_block           = var.cidr
  enable_dns_hostnames = true
  enable_dns_support   = true

  tags = { Name = var.name }
}

# Whatever is started without a group of its own can talk to nobody.
resource "aws_default_security_group" "this" {
  vpc_id = aws_vpc.this.id

  tags = { Name = "${var.name}-unused" }
}

resource "aws_internet_gateway" "this" {
  vpc_id = aws_vpc.this.id

  tags = { Name = var.name }
}

resource "aws_subnet" "public" {
  for_each = local.zones

  vpc_id                  = aws_vpc.this.id
  availability_zone       = each.key
  cidr_block              = cidrsubnet(var.cidr, 8, each.value)
  map_public_ip_on_launch = false

  tags = { Name = "${var.name}-public-${each.key}" }
}

resource "aws_subnet" "private" {
  for_each = local.zones

  vpc_id                  = aws_vpc.this.id
  availability_zone       = each.key
  cidr_block              = cidrsubnet(var.cidr, 4, each.value + 1)
  map_public_ip_on_launch = false

  tags = { Name = "${var.name}-private-${each.key}" }
}

resource "aws_route_table" "public" {
  vpc_id = aws_vpc.this.id

  tags = { Name = "${var.name}-public" }
}

resource "aws_route" "public_internet" {
  route_table_id         = aws_route_table.public.id
  destination_cidr_block = "0.0.0.0/0"
  gateway_id             = aws_internet_gateway.this.id
}

resource "aws_route_table_association" "public" {
  for_each = aws_subnet.public

  route_table_id = aws_route_table.public.id
  subnet_id      = each.value.id
}

resource "aws_route_table" "private" {
  for_each = local.zones

  vpc_id = aws_vpc.this.id

  tags = { Name = "${var.name}-private-${each.key}" }
}

resource "aws_route_table_association" "private" {
  for_each = aws_subnet.private

  route_table_id = aws_route_table.private[each.key].id
  subnet_id      = each.value.id
}

resource "aws_eip" "nat" {
  for_each = toset(local.nat_zones)

  domain = "vpc"

  tags = { Name = "${var.name}-nat-${each.key}" }

  depends_on = [aws_internet_gateway.this]
}

resource "aws_nat_gateway" "this" {
  for_each = toset(local.nat_zones)

  allocation_id = aws_eip.nat[each.key].id
  subnet_id     = aws_subnet.public[each.key].id

  tags = { Name = "${var.name}-${each.key}" }

  # AWS refuses one in a VPC whose way out is not there yet.
  depends_on = [aws_internet_gateway.this]
}

resource "aws_route" "private_nat" {
  for_each = var.nat == "none" ? {} : local.zones

  route_table_id         = aws_route_table.private[each.key].id
  destination_cidr_block = "0.0.0.0/0"
  nat_gateway_id         = aws_nat_gateway.this[contains(local.nat_zones, each.key) ? each.key : local.nat_zones[0]].id
}

# --- Endpoints ---------------------------------------------------------------------------------------------------------

locals {
  route_table_ids = [for table in aws_route_table.private : table.id]
  principal       = { StringEquals = { "aws:PrincipalAccount" = local.account } }
  gateway_policies = {
    s3 = [
      {
        Sid       = "OwnBuckets"
        Effect    = "Allow"
        Principal = "*"
        Action = [
          "s3:AbortMultipartUpload", "s3:DeleteObject", "s3:GetBucketLocation", "s3:GetObject", "s3:GetObjectVersion",
          "s3:ListBucket", "s3:ListBucketMultipartUploads", "s3:ListMultipartUploadParts", "s3:PutObject",
        ]
        Resource  = ["arn:${local.partition}:s3:::${var.name}-*", "arn:${local.partition}:s3:::${var.name}-*/*"]
        Condition = local.principal
      },
      {
        # ECR keeps the layers of images in a bucket of AWS's own, and hands out signed addresses of it.
        Sid       = "LayersOfImages"
        Effect    = "Allow"
        Principal = "*"
        Action    = ["s3:GetObject"]
        Resource  = ["arn:${local.partition}:s3:::prod-${local.region}-starport-layer-bucket/*"]
      },
    ]
    dynamodb = [
      {
        Sid       = "OwnTables"
        Effect    = "Allow"
        Principal = "*"
        Action = [
          "dynamodb:BatchGetItem", "dynamodb:BatchWriteItem", "dynamodb:DeleteItem", "dynamodb:DescribeTable", "dynamodb:GetItem",
          "dynamodb:PutItem", "dynamodb:Query", "dynamodb:Scan", "dynamodb:UpdateItem",
        ]
        Resource  = ["arn:${local.partition}:dynamodb:${local.region}:${local.account}:table/${var.name}-*"]
        Condition = local.principal
      },
    ]
  }
}

resource "aws_vpc_endpoint" "gateway" {
  for_each = var.gateway_endpoints

  vpc_id            = aws_vpc.this.id
  service_name      = "com.amazonaws.${local.region}.${each.key}"
  vpc_endpoint_type = "Gateway"
  route_table_ids   = local.route_table_ids
  policy            = jsonencode({ Version = "2012-10-17", Statement = local.gateway_policies[each.key] })

  tags = { Name = "${var.name}-${each.key}" }
}

# Not every service is in every zone: email-smtp is missing from several.
data "aws_vpc_endpoint_service" "this" {
  for_each = setunion(var.interface_endpoints, var.iot_data_endpoint == null ? [] : ["iot.data"])

  service      = each.key
  service_type = "Interface"
}

locals {
  endpoint_subnet_ids = {
    for word, service in data.aws_vpc_endpoint_service.this :
    word => [for zone, subnet in aws_subnet.private : subnet.id if contains(service.availability_zones, zone)]
  }
}

resource "aws_vpc_endpoint" "interface" {
  for_each = data.aws_vpc_endpoint_service.this

  vpc_id            = aws_vpc.this.id
  service_name      = each.value.service_name
  vpc_endpoint_type = "Interface"
  # AWS gives the IoT data endpoint no name of its own: the zone below does.
  private_dns_enabled = each.key != "iot.data"
  subnet_ids          = local.endpoint_subnet_ids[each.key]
  security_group_ids  = [aws_security_group.this["endpoints"].id]

  tags = { Name = "${var.name}-${each.key}" }

  lifecycle {
    precondition {
      condition     = length(local.endpoint_subnet_ids[each.key]) > 0
      error_message = "The service \"${each.key}\" is in none of the zones ${join(", ", keys(local.zones))}: take it out of interface_endpoints, or set zones = 3."
    }
  }
}

# A zone of the whole host name: other names under iot.REGION.amazonaws.com go on as before.
resource "aws_route53_zone" "iot_data" {
  count = var.iot_data_endpoint == null ? 0 : 1

  name    = var.iot_data_endpoint
  comment = "IoT Core's data endpoint inside of ${var.name}"

  vpc {
    vpc_id = aws_vpc.this.id
  }
}

resource "aws_route53_record" "iot_data" {
  count = var.iot_data_endpoint == null ? 0 : 1

  zone_id = aws_route53_zone.iot_data[0].zone_id
  name    = var.iot_data_endpoint
  type    = "A"

  alias {
    # The first name answers with the addresses of all zones.
    name                   = aws_vpc_endpoint.interface["iot.data"].dns_entry[0].dns_name
    zone_id                = aws_vpc_endpoint.interface["iot.data"].dns_entry[0].hosted_zone_id
    evaluate_target_health = true
  }
}

# --- Who may talk to whom ----------------------------------------------------------------------------------------------

locals {
  tasks = ["simulator", "prometheus", "alertmanager", "grafana", "verdicts"]
  groups = {
    load_balancer = "Load balancer: open to allowed_cidrs alone"
    simulator     = "Simulator"
    prometheus    = "Prometheus"
    alertmanager  = "Alertmanager"
    grafana       = "Grafana"
    verdicts      = "Verdict job and training"
    efs           = "Disk of Grafana"
    endpoints     = "VPC endpoints"
  }

  # name → from, to, port, protocol, what for. Each gives a rule on both groups.
  between = concat(
    [
      ["load_balancer", "grafana", 3000, "tcp", "Pages of Grafana"],
      ["load_balancer", "prometheus", 9090, "tcp", "Pages of Prometheus"],
      ["load_balancer", "alertmanager", 9093, "tcp", "Pages of Alertmanager"],
      ["load_balancer", "simulator", 9100, "tcp", "Read-only pages of the simulator"],
      ["prometheus", "simulator", 9100, "tcp", "Scrape"],
      ["prometheus", "verdicts", 9102, "tcp", "Scrape"],
      ["prometheus", "alertmanager", 9093, "tcp", "Alerts"],
      ["alertmanager", "alertmanager", 9094, "tcp", "Mesh"],
      ["alertmanager", "alertmanager", 9094, "udp", "Mesh"],
      ["grafana", "efs", 2049, "tcp", "Disk"],
    ],
    var.grafana_queries_prometheus ? [["grafana", "prometheus", 9090, "tcp", "Queries of the panels"]] : [],
    [for task in local.tasks : [task, "endpoints", 443, "tcp", "AWS"] if length(aws_vpc_endpoint.interface) > 0],
    contains(var.interface_endpoints, "email-smtp") ? [for task in ["alertmanager", "grafana"] : [task, "endpoints", 587, "tcp", "Mail"]] : [],
    var.iot_data_endpoint == null ? [] : [["simulator", "endpoints", 8883, "tcp", "Telemetry by MQTT"]],
  )
  flows = {
    for flow in local.between :
    "${flow[0]}_${flow[1]}_${flow[2]}_${flow[3]}" => { from = flow[0], to = flow[1], port = tonumber(flow[2]), protocol = flow[3], what_for = flow[4] }
  }

  # Layers of images lie in S3: every task needs it. Leases are the simulator's.
  to_gateways = merge(
    { for task in local.tasks : "${task}_s3" => { from = task, gateway = "s3" } if contains(var.gateway_endpoints, "s3") },
    contains(var.gateway_endpoints, "dynamodb") ? { simulator_dynamodb = { from = "simulator", gateway = "dynamodb" } } : {},
  )
}

resource "aws_security_group" "this" {
  #checkov:skip=CKV2_AWS_5:attached by the modules services and edge

  for_each = local.groups

  name        = "${var.name}-${replace(each.key, "_", "-")}"
  description = each.value
  vpc_id      = aws_vpc.this.id

  tags = { Name = "${var.name}-${replace(each.key, "_", "-")}" }
}

resource "aws_vpc_security_group_ingress_rule" "people" {
  for_each = { for pair in setproduct(var.allowed_cidrs, [80, 443]) : "${pair[0]}_${pair[1]}" => { cidr = pair[0], port = tonumber(pair[1]) } }

  security_group_id = aws_security_group.this["load_balancer"].id
  description       = each.value.port == 80 ? "Redirected to HTTPS" : "HTTPS"
  cidr_ipv4         = each.value.cidr
  ip_protocol       = "tcp"
  from_port         = each.value.port
  to_port           = each.value.port
}

resource "aws_vpc_security_group_ingress_rule" "flow" {
  for_each = local.flows

  security_group_id            = aws_security_group.this[each.value.to].id
  referenced_security_group_id = aws_security_group.this[each.value.from].id
  description                  = "${each.value.what_for}, from ${each.value.from}"
  ip_protocol                  = each.value.protocol
  from_port                    = each.value.port
  to_port                      = each.value.port
}

resource "aws_vpc_security_group_egress_rule" "flow" {
  for_each = local.flows

  security_group_id            = aws_security_group.this[each.value.from].id
  referenced_security_group_id = aws_security_group.this[each.value.to].id
  description                  = "${each.value.what_for}, to ${each.value.to}"
  ip_protocol                  = each.value.protocol
  from_port                    = each.value.port
  to_port                      = each.value.port
}

resource "aws_vpc_security_group_egress_rule" "gateway" {
  for_each = local.to_gateways

  security_group_id = aws_security_group.this[each.value.from].id
  prefix_list_id    = aws_vpc_endpoint.gateway[each.value.gateway].prefix_list_id
  description       = "Through the gateway endpoint ${each.value.gateway}"
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
}

resource "aws_vpc_security_group_egress_rule" "exception" {
  for_each = var.egress_exceptions

  security_group_id = aws_security_group.this[each.value.from].id
  description       = each.value.reason
  cidr_ipv4         = each.value.cidr
  ip_protocol       = "tcp"
  from_port         = each.value.port
  to_port           = each.value.port

  tags = { Name = each.key }
}

resource "aws_vpc_security_group_egress_rule" "grafana_database" {
  count = var.grafana_database == null ? 0 : 1

  security_group_id            = aws_security_group.this["grafana"].id
  referenced_security_group_id = var.grafana_database.security_group_id
  description                  = "State of Grafana, to its database"
  ip_protocol                  = "tcp"
  from_port                    = var.grafana_database.port
  to_port                      = var.grafana_database.port
}

# --- Flow logs ---------------------------------------------------------------------------------------------------------

locals {
  flow_log_group     = "/smart-factory/${var.plant}/flow"
  flow_log_group_arn = "arn:${local.partition}:logs:${local.region}:${local.account}:log-group:${local.flow_log_group}"
}

resource "aws_cloudwatch_log_group" "flow" {
  #checkov:skip=CKV_AWS_338:var.log_retention_days decides, a month unless it is told otherwise

  name              = local.flow_log_group
  kms_key_id        = var.logs_key_arn
  retention_in_days = var.log_retention_days
}

resource "aws_iam_role" "flow" {
  name                 = "${var.name}-flow-logs"
  description          = "Writes the flow logs of ${var.name}"
  permissions_boundary = var.permissions_boundary_arn
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "vpc-flow-logs.amazonaws.com" }
      Condition = {
        StringEquals = { "aws:SourceAccount" = local.account }
        ArnLike      = { "aws:SourceArn" = "arn:${local.partition}:ec2:${local.region}:${local.account}:vpc-flow-log/*" }
      }
    }]
  })
}

resource "aws_iam_role_policy" "flow" {
  name = "write-flow-logs"
  role = aws_iam_role.flow.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect   = "Allow"
        Action   = ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"]
        Resource = [local.flow_log_group_arn, "${local.flow_log_group_arn}:*"]
      },
      {
        # It looks for its group among all of them; AWS knows no resource of this action.
        Effect   = "Allow"
        Action   = ["logs:DescribeLogGroups"]
        Resource = "*"
      },
    ]
  })
}

resource "aws_flow_log" "this" {
  vpc_id                   = aws_vpc.this.id
  traffic_type             = "ALL"
  log_destination_type     = "cloud-watch-logs"
  log_destination          = aws_cloudwatch_log_group.flow.arn
  iam_role_arn             = aws_iam_role.flow.arn
  max_aggregation_interval = 600

  tags = { Name = var.name }
}
