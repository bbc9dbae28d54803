"""Things made in an account of moto's, each by a function that returns what the words to look for it need."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from typing import Any

from factory.adoption.kinds import ClientOf

ACCOUNT = "123456789012"  # moto's
TRUST = json.dumps({"Version": "2012-10-17", "Statement": []})
ALLOW = json.dumps(
    {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}]}
)
Words = dict[str, Any]


def making(service: str, method: str, **parameters: Any) -> Callable[[ClientOf], None]:
    """A thing that one call makes."""

    def make(c: ClientOf) -> None:
        getattr(c(service), method)(**parameters)

    return make


def bucket(c: ClientOf) -> None:
    """A bucket."""
    c("s3").create_bucket(Bucket="plant1-lake")


def role(c: ClientOf) -> None:
    """A role `r`."""
    c("iam").create_role(RoleName="r", AssumeRolePolicyDocument=TRUST)


def key(c: ClientOf) -> Words:
    """A key with the alias `alias/a`; its id."""
    made = c("kms").create_key()["KeyMetadata"]["KeyId"]
    c("kms").create_alias(AliasName="alias/a", TargetKeyId=made)
    return {"drawn": made}


def network(c: ClientOf) -> Words:
    """A network and a subnet."""
    vpc = c("ec2").create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    subnets = [
        c("ec2").create_subnet(VpcId=vpc, CidrBlock=f"10.0.{n}.0/24", AvailabilityZone=f"us-east-1{zone}")["Subnet"]
        for n, zone in enumerate("ab")
    ]
    return {"vpc_id": vpc, "vpc": vpc, "subnets": [subnet["SubnetId"] for subnet in subnets]}


def group_rule(c: ClientOf) -> Words:
    """A security group that lets HTTPS in from anywhere in 10.0.0.0/8."""
    vpc = network(c)["vpc_id"]
    group = c("ec2").create_security_group(GroupName="g", Description="d", VpcId=vpc)["GroupId"]
    wide = {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "IpRanges": [{"CidrIp": "10.0.0.0/8"}]}
    made = c("ec2").authorize_security_group_ingress(GroupId=group, IpPermissions=[wide])["SecurityGroupRules"][0]
    return {"security_group_id": group, "vpc_id": vpc, "drawn": made["SecurityGroupRuleId"]}


def listener(c: ClientOf) -> Words:
    """A load balancer with a listener on 443 and a rule of priority 10."""
    elb, made = c("elbv2"), network(c)
    balancer = elb.create_load_balancer(Name="lb", Subnets=made["subnets"])["LoadBalancers"][0]["LoadBalancerArn"]
    answer = [{"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "404", "ContentType": "text/plain"}}]
    arn = elb.create_listener(LoadBalancerArn=balancer, Port=443, Protocol="HTTP", DefaultActions=answer)["Listeners"][
        0
    ]
    paths = [{"Field": "path-pattern", "Values": ["/grafana*"]}]
    rule = elb.create_rule(ListenerArn=arn["ListenerArn"], Priority=10, Conditions=paths, Actions=answer)["Rules"][0]
    return {"load_balancer_arn": balancer, "listener_arn": arn["ListenerArn"], "rule_arn": rule["RuleArn"]}


def target_group(c: ClientOf) -> Words:
    """A target group `tg`."""
    made = c("elbv2").create_target_group(Name="tg", Protocol="HTTP", Port=80, VpcId=network(c)["vpc_id"])
    return {"drawn": made["TargetGroups"][0]["TargetGroupArn"]}


def cluster(c: ClientOf) -> None:
    """A cluster with a service."""
    c("ecs").create_cluster(clusterName="cl")
    image = [{"name": "x", "image": "x", "memory": 64}]
    c("ecs").register_task_definition(family="f", containerDefinitions=image)
    c("ecs").create_service(cluster="cl", serviceName="grafana", taskDefinition="f", desiredCount=0)


def scaled(c: ClientOf) -> None:
    """The service of a cluster, with a target and a policy of autoscaling."""
    cluster(c)
    what = {
        "ServiceNamespace": "ecs",
        "ResourceId": "service/cl/grafana",
        "ScalableDimension": "ecs:service:DesiredCount",
    }
    c("application-autoscaling").register_scalable_target(**what, MinCapacity=1, MaxCapacity=2)
    c("application-autoscaling").put_scaling_policy(**what, PolicyName="cpu", PolicyType="TargetTrackingScaling")


def function(c: ClientOf) -> None:
    """A function `fn` that S3 may invoke."""
    role(c)
    code = io.BytesIO()
    with zipfile.ZipFile(code, "w") as archive:
        archive.writestr("main.py", "def handle(event, context): ...")
    c("lambda").create_function(
        FunctionName="fn",
        Role=f"arn:aws:iam::{ACCOUNT}:role/r",
        Runtime="python3.13",
        Handler="main.handle",
        Code={"ZipFile": code.getvalue()},
    )
    c("lambda").add_permission(
        FunctionName="fn", StatementId="s3", Action="lambda:InvokeFunction", Principal="s3.amazonaws.com"
    )


def topic(c: ClientOf) -> Words:
    """A topic `t` with a queue that is subscribed."""
    arn = c("sns").create_topic(Name="t")["TopicArn"]
    queue = f"arn:aws:sqs:us-east-1:{ACCOUNT}:q"
    made = c("sns").subscribe(TopicArn=arn, Protocol="sqs", Endpoint=queue, ReturnSubscriptionArn=True)
    return {"topic_arn": arn, "arn": arn, "protocol": "sqs", "endpoint": queue, "drawn": made["SubscriptionArn"]}


def queue(c: ClientOf) -> Words:
    """A queue `q` with a policy."""
    url = c("sqs").create_queue(QueueName="q", Attributes={"Policy": ALLOW})["QueueUrl"]
    return {"queue_url": url, "drawn": url}


def zone(c: ClientOf) -> Words:
    """A public zone with a wild-card record."""
    made = c("route53").create_hosted_zone(Name="factory.example.", CallerReference="1")["HostedZone"]["Id"]
    record = {"Name": "*.factory.example", "Type": "A", "TTL": 60, "ResourceRecords": [{"Value": "192.0.2.1"}]}
    batch = {"Changes": [{"Action": "CREATE", "ResourceRecordSet": record}]}
    c("route53").change_resource_record_sets(HostedZoneId=made, ChangeBatch=batch)
    return {"drawn": made.rpartition("/")[2], "zone_id": made.rpartition("/")[2]}


def private_zone(c: ClientOf) -> Words:
    """Two private zones of one name, each of a network of its own; the second one's id."""
    private = {"Comment": "", "PrivateZone": True}
    for number in "12":
        vpc = {"VPCRegion": "us-east-1", "VPCId": network(c)["vpc_id"]}
        made = c("route53").create_hosted_zone(
            Name="data.example", CallerReference=number, VPC=vpc, HostedZoneConfig=private
        )["HostedZone"]["Id"]
    return {"drawn": made.rpartition("/")[2], "vpc": [{"vpc_id": vpc["VPCId"]}]}


def namespace(c: ClientOf) -> Words:
    """A private namespace of Cloud Map with a service."""
    vpc = network(c)["vpc_id"]
    c("servicediscovery").create_private_dns_namespace(Name="factory.internal", Vpc=vpc)
    space = c("servicediscovery").list_namespaces()["Namespaces"][0]
    made, zone_id = space["Id"], space["Properties"]["DnsProperties"]["HostedZoneId"]
    # AWS does that by itself.
    c("route53").associate_vpc_with_hosted_zone(HostedZoneId=zone_id, VPC={"VPCRegion": "us-east-1", "VPCId": vpc})
    service = c("servicediscovery").create_service(Name="simulator", NamespaceId=made)["Service"]["Id"]
    return {"vpc": vpc, "drawn": f"{made}:{vpc}", "dns_config": [{"namespace_id": made}], "service": service}


def queries(c: ClientOf) -> Words:
    """A workgroup with two named queries."""
    c("athena").create_work_group(Name="plant1")
    for name in ("hours", "days"):
        made = c("athena").create_named_query(Name=name, Database="lake", QueryString="SELECT 1", WorkGroup="plant1")
    return {"drawn": made["NamedQueryId"]}


def model(c: ClientOf) -> None:
    """A model of SageMaker beside one whose name only contains its."""
    for name in ("fleet", "old-fleet"):
        c("sagemaker").create_model(ModelName=name, ExecutionRoleArn=f"arn:aws:iam::{ACCOUNT}:role/r")


def rule(c: ClientOf) -> None:
    """A rule of IoT beside another."""
    for name in ("archive", "archive_too"):
        c("iot").create_topic_rule(ruleName=name, topicRulePayload={"sql": "SELECT * FROM 'a'", "actions": []})


def schedule(c: ClientOf) -> None:
    """A weekly schedule in the group `default`."""
    target = {"Arn": f"arn:aws:sqs:us-east-1:{ACCOUNT}:q", "RoleArn": f"arn:aws:iam::{ACCOUNT}:role/r"}
    c("scheduler").create_schedule(
        Name="weekly", ScheduleExpression="rate(7 days)", FlexibleTimeWindow={"Mode": "OFF"}, Target=target
    )


def event_rule(c: ClientOf) -> None:
    """A rule of EventBridge with a target."""
    c("events").put_rule(Name="stopped", EventPattern="{}")
    c("events").put_targets(Rule="stopped", Targets=[{"Id": "mail", "Arn": f"arn:aws:sqs:us-east-1:{ACCOUNT}:q"}])


def logs(c: ClientOf) -> None:
    """Two log groups, one's name the beginning of the other's, and a metric filter."""
    for name in ("/f/simulator", "/f/simulator-old"):
        c("logs").create_log_group(logGroupName=name)
    metric = [{"metricName": "m", "metricNamespace": "n", "metricValue": "1"}]
    c("logs").put_metric_filter(
        logGroupName="/f/simulator", filterName="errors", filterPattern="x", metricTransformations=metric
    )


def table(c: ClientOf) -> None:
    """A table of DynamoDB."""
    c("dynamodb").create_table(
        TableName="leases",
        KeySchema=[{"AttributeName": "shard", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "shard", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )


def glue(c: ClientOf) -> None:
    """A database with a table."""
    c("glue").create_database(DatabaseInput={"Name": "lake"})
    c("glue").create_table(DatabaseName="lake", TableInput={"Name": "raw"})


def disk(c: ClientOf) -> Words:
    """A file system with two access points."""
    made = c("efs").create_file_system(CreationToken="grafana")["FileSystemId"]
    for path in ("/grafana", "/other"):
        point = c("efs").create_access_point(FileSystemId=made, ClientToken=path, RootDirectory={"Path": path})
    return {
        "drawn": made,
        "file_system_id": made,
        "root_directory": [{"path": "/other"}],
        "point": point["AccessPointId"],
    }


def secret(c: ClientOf) -> Words:
    """A secret; its ARN ends in letters that are drawn."""
    return {"drawn": c("secretsmanager").create_secret(Name="f/smtp", SecretString="x")["ARN"]}


def stream(c: ClientOf) -> None:
    """A delivery stream."""
    where = {"RoleARN": f"arn:aws:iam::{ACCOUNT}:role/r", "BucketARN": "arn:aws:s3:::plant1-lake"}
    c("firehose").create_delivery_stream(DeliveryStreamName="archive", ExtendedS3DestinationConfiguration=where)


def certificate(c: ClientOf) -> Words:
    """A certificate beside one of another domain."""
    c("acm").request_certificate(DomainName="other.example")
    return {
        "drawn": c("acm").request_certificate(DomainName="factory.example", ValidationMethod="DNS")["CertificateArn"]
    }


def budget(c: ClientOf) -> None:
    """A budget of 100 dollars."""
    wanted = {
        "BudgetName": "plant1", "BudgetType": "COST", "TimeUnit": "MONTHLY",
        "BudgetLimit": {"Amount": "100", "Unit": "USD"},
    }  # fmt: skip
    c("budgets").create_budget(AccountId=ACCOUNT, Budget=wanted)


def attached(c: ClientOf) -> Words:
    """A role with a policy that is attached to it."""
    role(c)
    arn = c("iam").create_policy(PolicyName="p", PolicyDocument=ALLOW, Path="/f/")["Policy"]["Arn"]
    c("iam").attach_role_policy(RoleName="r", PolicyArn=arn)
    return {"policy_arn": arn}


def versioned(c: ClientOf) -> None:
    """A bucket with all that is set on it, and an object."""
    bucket(c)
    c("s3").put_bucket_versioning(Bucket="plant1-lake", VersioningConfiguration={"Status": "Enabled"})
    c("s3").put_public_access_block(Bucket="plant1-lake", PublicAccessBlockConfiguration={"BlockPublicAcls": True})
    c("s3").put_bucket_policy(Bucket="plant1-lake", Policy=ALLOW)
    c("s3").put_bucket_ownership_controls(
        Bucket="plant1-lake", OwnershipControls={"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]}
    )
    aes = {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}
    c("s3").put_bucket_encryption(Bucket="plant1-lake", ServerSideEncryptionConfiguration={"Rules": [aes]})
    old = {"ID": "old", "Status": "Enabled", "Filter": {"Prefix": ""}, "Expiration": {"Days": 1}}
    c("s3").put_bucket_lifecycle_configuration(Bucket="plant1-lake", LifecycleConfiguration={"Rules": [old]})
    topics = [c("sns").create_topic(Name=name)["TopicArn"] for name in ("t1", "t2")]
    told = [{"TopicArn": arn, "Events": ["s3:ObjectCreated:*"]} for arn in topics]
    c("s3").put_bucket_notification_configuration(
        Bucket="plant1-lake", NotificationConfiguration={"TopicConfigurations": told}
    )
    c("s3").put_object(Bucket="plant1-lake", Key="inbox/x", Body=b"")


def repository(c: ClientOf) -> None:
    """A repository of images whose old ones go."""
    c("ecr").create_repository(repositoryName="f/simulator")
    rules = {"rules": [{"rulePriority": 1, "selection": {"tagStatus": "any", "countType": "imageCountMoreThan",
                        "countNumber": 9}, "action": {"type": "expire"}}]}  # fmt: skip
    c("ecr").put_lifecycle_policy(repositoryName="f/simulator", lifecyclePolicyText=json.dumps(rules))


def group(c: ClientOf) -> Words:
    """A security group."""
    made = group_rule(c)
    return {"vpc_id": made["vpc_id"], "drawn": made["security_group_id"]}


def inline_policy(c: ClientOf) -> None:
    """A role with a policy of its own."""
    role(c)
    c("iam").put_role_policy(RoleName="r", PolicyName="p", PolicyDocument=ALLOW)


def logged(c: ClientOf) -> None:
    """A bucket whose calls are logged."""
    bucket(c)
    c("s3").create_bucket(Bucket="plant1-logs")
    c("s3").put_bucket_ownership_controls(
        Bucket="plant1-logs", OwnershipControls={"Rules": [{"ObjectOwnership": "BucketOwnerPreferred"}]}
    )
    log = {"Effect": "Allow", "Principal": {"Service": "logging.s3.amazonaws.com"}, "Action": "s3:PutObject"}
    policy = {"Version": "2012-10-17", "Statement": [log | {"Resource": "arn:aws:s3:::plant1-logs/*"}]}
    c("s3").put_bucket_policy(Bucket="plant1-logs", Policy=json.dumps(policy))
    where = {"LoggingEnabled": {"TargetBucket": "plant1-logs", "TargetPrefix": "s3/"}}
    c("s3").put_bucket_logging(Bucket="plant1-lake", BucketLoggingStatus=where)


def egress(c: ClientOf) -> Words:
    """The rule that AWS gives each new security group: everything may go out."""
    group_id = group_rule(c)["security_group_id"]
    rules = c("ec2").describe_security_group_rules(Filters=[{"Name": "group-id", "Values": [group_id]}])
    made = next(one for one in rules["SecurityGroupRules"] if one["IsEgress"])
    return {"security_group_id": group_id, "drawn": made["SecurityGroupRuleId"]}


def mapped(c: ClientOf) -> Words:
    """A function that reads a queue."""
    function(c)
    c("sqs").create_queue(QueueName="q")
    arn = f"arn:aws:sqs:us-east-1:{ACCOUNT}:q"
    made = c("lambda").create_event_source_mapping(FunctionName="fn", EventSourceArn=arn)
    return {"event_source_arn": arn, "drawn": made["UUID"]}


def workspace(c: ClientOf) -> Words:
    """A workspace beside one whose alias begins with its."""
    c("amp").create_workspace(alias="plant10")
    return {"drawn": c("amp").create_workspace(alias="plant1")["workspaceId"]}


def endpoint(c: ClientOf) -> None:
    """An endpoint with its configuration."""
    model(c)
    variant = {"VariantName": "v", "ModelName": "fleet", "InstanceType": "ml.t2.medium", "InitialInstanceCount": 1}
    c("sagemaker").create_endpoint_config(EndpointConfigName="fleet-1", ProductionVariants=[variant])
    c("sagemaker").create_endpoint(EndpointName="fleet", EndpointConfigName="fleet-1")


def mount(c: ClientOf) -> Words:
    """A file system in one of two subnets."""
    subnet = network(c)["subnets"][0]
    made = disk(c)["file_system_id"]
    target = c("efs").create_mount_target(FileSystemId=made, SubnetId=subnet)
    return {"file_system_id": made, "subnet_id": subnet, "drawn": target["MountTargetId"]}


def redriven(c: ClientOf) -> Words:
    """A queue that hands over what fails."""
    c("sqs").create_queue(QueueName="dead")
    policy = {"deadLetterTargetArn": f"arn:aws:sqs:us-east-1:{ACCOUNT}:dead", "maxReceiveCount": "3"}
    url = c("sqs").create_queue(QueueName="q", Attributes={"RedrivePolicy": json.dumps(policy)})["QueueUrl"]
    return {"queue_url": url, "drawn": url}
