"""Reads one of our files with a program of others, and prints what it found as JSON: read.py KIND PATH."""

import json
import sys


def openmetrics(path):
    from prometheus_client.openmetrics.parser import text_string_to_metric_families

    with open(path, encoding="utf-8") as file:
        families = list(text_string_to_metric_families(file.read()))
    return [
        {"name": sample.name, "labels": sample.labels, "value": sample.value}
        for family in families
        for sample in family.samples
    ]


def otlp(path):
    from google.protobuf import json_format
    from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest

    with open(path, encoding="utf-8") as file:
        # Unknown fields are an error, as they are not for a collector: they would be lost.
        request = json_format.Parse(file.read(), ExportMetricsServiceRequest())
    assert ExportMetricsServiceRequest.FromString(request.SerializeToString()) == request
    return [
        {
            "name": metric.name,
            "unit": metric.unit,
            "kind": metric.WhichOneof("data"),
            "points": [
                {
                    "attributes": {each.key: each.value.string_value for each in point.attributes},
                    "count": getattr(point, "count", 0),
                    "sum": getattr(point, "sum", 0.0),
                    "buckets": list(getattr(point, "bucket_counts", [])),
                    "bounds": list(getattr(point, "explicit_bounds", [])),
                    "value": getattr(point, "as_double", 0.0),
                    "unixSeconds": point.time_unix_nano // 1_000_000_000,
                }
                for point in getattr(metric, metric.WhichOneof("data")).data_points
            ],
        }
        for resource in request.resource_metrics
        for scope in resource.scope_metrics
        for metric in scope.metrics
    ]


def sql(path):
    """A query on standard input, in the folder of a run."""
    import os

    import duckdb

    os.chdir(path)
    found = duckdb.sql(sys.stdin.read())
    return [dict(zip(found.columns, row)) for row in found.fetchall()]


print(json.dumps({"openmetrics": openmetrics, "otlp": otlp, "sql": sql}[sys.argv[1]](sys.argv[2])))
