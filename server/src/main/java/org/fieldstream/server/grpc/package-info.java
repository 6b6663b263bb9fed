/**
 * The gRPC front. Calls enter, are checked and turned into streams and answers; messages and
 * statuses leave. Runs on Vert.x event loops, which never compute and never block.
 *
 * <p>Start here: {@link org.fieldstream.server.grpc.GrpcFront} (all services), {@link
 * org.fieldstream.server.grpc.Subscription} (where back-pressure is decided; of what clients send,
 * in {@link org.fieldstream.server.grpc.RecordCall}), {@link
 * org.fieldstream.server.grpc.StatusMapping} (every error's way to the wire).
 */
@NullMarked
package org.fieldstream.server.grpc;

import org.jspecify.annotations.NullMarked;
