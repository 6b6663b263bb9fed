package org.fieldstream.server.grpc;

import io.vertx.grpc.common.GrpcStatus;

/** Watches calls. Called on event loops: must be quick. */
public interface CallMeter {
  /** Watches nothing. */
  CallMeter NONE = (method, status, nanos) -> {};

  /**
   * A call is over.
   *
   * @param method full name, for example {@code fieldstream.v1.SamplerService/Subscribe}
   * @param status how it ended; {@code CANCELLED} where the client went away
   * @param nanos how long it took
   */
  void ended(String method, GrpcStatus status, long nanos);
}
