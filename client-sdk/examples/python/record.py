"""Measures phi^2 and |m| on configurations as they arrive, and records both on the server.

    python3 record.py 127.0.0.1:7420 --model phi4-continuous-16x16 --count 5000 --prefix run7/

The server acknowledges a measurement once it is on disk, and answers with the running mean, its
error and the integrated autocorrelation time. Sent again, a measurement is a duplicate and changes
nothing: after a broken connection, simply run the command again.
Needs grpcio, numpy and the classes that protoc makes of proto/ (see ../README.md).
"""
import argparse
import sys

import grpc
import numpy as np
from fieldstream.v1 import measurement_pb2, sampler_pb2

OBSERVABLES = {
    "phi2": lambda phi: np.mean(phi ** 2, axis=1),
    "abs_m": lambda phi: np.abs(np.mean(phi, axis=1)),
}


def measurements(batches, prefix, own):
    """One request for each batch of configurations; what was measured is kept in `own`, too."""
    for batch in batches:
        phi = np.frombuffer(batch.fields, "<f4").reshape(batch.count, -1).astype(np.float64)
        request = measurement_pb2.RecordRequest(sequence=batch.first_index)
        for name, measure in OBSERVABLES.items():
            values = measure(phi)
            own[name].extend(values)
            for i, value in enumerate(values):
                request.measurements.add(  # the id is the Monte Carlo time of the configuration
                    series=prefix + name, configuration_id=batch.first_index + i, values=[value])
        yield request


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("server", nargs="?", default="127.0.0.1:7420")
    parser.add_argument("--model", default="phi4-continuous-16x16")
    parser.add_argument("--count", type=int, default=5000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--prefix", default="python/", help="of the names of the series")
    args = parser.parse_args()

    channel = grpc.insecure_channel(args.server, [("grpc.max_receive_message_length", 64 << 20)])
    subscribe = channel.unary_stream(
        "/fieldstream.v1.SamplerService/Subscribe",
        sampler_pb2.SubscribeRequest.SerializeToString, sampler_pb2.SubscribeResponse.FromString)
    record = channel.stream_stream(
        "/fieldstream.v1.MeasurementService/Record",
        measurement_pb2.RecordRequest.SerializeToString, measurement_pb2.RecordResponse.FromString)

    batches = subscribe(sampler_pb2.SubscribeRequest(
        model=args.model, seed=args.seed, count=args.count, batch_size=500))
    own = {name: [] for name in OBSERVABLES}
    stored, duplicates, estimates = 0, 0, {}
    for answer in record(measurements(batches, args.prefix, own)):
        stored += answer.stored
        duplicates += answer.duplicates
        for refusal in answer.refusals:
            raise ValueError(f"configuration {refusal.configuration_id}: {refusal.reason}")
        estimates.update((e.series, e.components[0]) for e in answer.estimates)

    print(f"{stored} measurements stored, {duplicates} were there already")
    for name, values in own.items():
        told = estimates[args.prefix + name]
        if abs(told.mean - np.mean(values)) > 1e-9 * abs(told.mean) or told.count != len(values):
            raise ValueError(f"{name}: {told.mean} over {told.count} (expected: {np.mean(values)} "
                             f"over {len(values)}, what was measured here)")
        error = f"{told.error:.6f}" if told.HasField("error") else "?"
        tau = f"{told.tau_int:.2f}" if told.HasField("tau_int") else "?"
        print(f"{args.prefix + name} = {told.mean:.6f} +- {error}, tau_int {tau}")


if __name__ == "__main__":
    try:
        main()
    except grpc.RpcError as error:  # the sentence names the field at fault and what was expected
        sys.exit(f"{error.code().name}: {error.details()}")
