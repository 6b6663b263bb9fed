package org.fieldstream.server.testing;

import com.google.protobuf.Message;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.net.SocketAddress;
import io.vertx.grpc.client.GrpcClient;
import io.vertx.grpc.client.GrpcClientOptions;
import io.vertx.grpc.client.GrpcClientRequest;
import io.vertx.grpc.client.GrpcClientResponse;
import io.vertx.grpc.common.GrpcMessageDecoder;
import io.vertx.grpc.common.GrpcMessageEncoder;
import io.vertx.grpc.common.GrpcStatus;
import io.vertx.grpc.common.ServiceMethod;
import io.vertx.grpc.common.ServiceName;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.fieldstream.v1.Measurement;
import org.fieldstream.v1.RecordRequest;
import org.fieldstream.v1.RecordResponse;
import org.fieldstream.v1.WatchRequest;
import org.fieldstream.v1.WatchResponse;
import org.jspecify.annotations.Nullable;

/** A real client that records and watches measurements. */
public final class RecordClient implements AutoCloseable {
  private static final ServiceName NAME = ServiceName.create("fieldstream.v1.MeasurementService");
  private static final ServiceMethod<RecordResponse, RecordRequest> RECORD =
      method("Record", RecordResponse.getDefaultInstance());
  private static final ServiceMethod<WatchResponse, WatchRequest> WATCH =
      method("Watch", WatchResponse.getDefaultInstance());

  private final Vertx vertx = Vertx.vertx();
  private final SocketAddress address;
  private final GrpcClient client;

  /** How a call ended. */
  public record End(GrpcStatus status, String message) {}

  /** A client of a server on a loopback port. */
  public RecordClient(int port) {
    address = SocketAddress.inetSocketAddress(port, "127.0.0.1");
    client =
        GrpcClient.client(
            vertx,
            new GrpcClientOptions().setMaxMessageSize(64 << 20),
            new HttpClientOptions()
                .setHttp2ClearTextUpgrade(false)
                .setHttp2MultiplexingLimit(1000));
  }

  private static <Q extends Message, R extends Message> ServiceMethod<R, Q> method(
      String name, R prototype) {
    return ServiceMethod.client(
        NAME,
        name,
        GrpcMessageEncoder.<Q>encoder(),
        GrpcMessageDecoder.<R>decoder(prototype.newBuilderForType()));
  }

  /** An open call: what came so far, and how it ended. */
  public static final class Running<Q, R> {
    private final GrpcClientRequest<Q, R> request;
    private final LinkedBlockingQueue<R> fresh = new LinkedBlockingQueue<>();
    private final List<R> all = new CopyOnWriteArrayList<>();
    private final Promise<End> end = Promise.promise();

    Running(GrpcClientRequest<Q, R> request) {
      this.request = request;
      request
          .response()
          .onSuccess(
              response -> {
                response.handler(
                    message -> {
                      all.add(message);
                      fresh.add(message);
                    });
                response.exceptionHandler(end::tryFail);
                response.errorHandler(e -> end.tryFail(new IllegalStateException("stream: " + e)));
                response.endHandler(v -> end.tryComplete(end(response)));
              })
          .onFailure(end::tryFail);
    }

    private static End end(GrpcClientResponse<?, ?> response) {
      String atEnd = response.trailers().get("grpc-message");
      return new End(
          response.status(),
          atEnd == null
              ? String.valueOf(response.statusMessage())
              : URLDecoder.decode(atEnd.replace("+", "%2B"), StandardCharsets.UTF_8));
    }

    /** Sends a request. */
    public void send(Q message) {
      request.write(message);
    }

    /** Says that no more will come. */
    public void finish() {
      request.end();
    }

    /** The next message; waits for it. */
    public R next() {
      try {
        R next = fresh.poll(60, TimeUnit.SECONDS);
        if (next == null) {
          throw new AssertionError("no message in a minute; end: " + end.future());
        }
        return next;
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
    }

    /** The next message, or null if the call has ended or broken, however, without one. */
    public @Nullable R nextOrEnd() {
      try {
        R next = fresh.poll(1, TimeUnit.MILLISECONDS);
        for (int i = 0; next == null && i < 60_000; i++) {
          boolean over = end.future().isComplete();
          next = fresh.poll(1, TimeUnit.MILLISECONDS);
          if (over && next == null) {
            return null;
          }
        }
        if (next == null) {
          throw new AssertionError("no message and no end in a minute");
        }
        return next;
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
    }

    /** What came so far. */
    public List<R> received() {
      return all;
    }

    /** Whether the call has ended. */
    public boolean hasEnded() {
      return end.future().isComplete();
    }

    /** How the call ended; waits for it. */
    public End end() {
      return TestServer.await(end.future());
    }

    /** Completes, in whatever way, when the call has ended. */
    public CompletableFuture<End> ended() {
      return end.future().toCompletionStage().toCompletableFuture();
    }

    /** Takes nothing more off the wire. */
    public void cancel() {
      request.cancel();
    }
  }

  /** Opens a call that records. */
  public Running<RecordRequest, RecordResponse> record() {
    return new Running<>(TestServer.await(client.request(address, RECORD)));
  }

  /** Opens a call that watches. */
  public Running<WatchRequest, WatchResponse> watch(WatchRequest message) {
    Running<WatchRequest, WatchResponse> running =
        new Running<>(TestServer.await(client.request(address, WATCH)));
    running.request.end(message);
    return running;
  }

  /** Records in a call of its own and waits for the answer. */
  public RecordResponse recordOnce(Measurement... measurements) {
    Running<RecordRequest, RecordResponse> running = record();
    running.send(RecordRequest.newBuilder().addAllMeasurements(List.of(measurements)).build());
    running.finish();
    RecordResponse response = running.next();
    if (running.end().status() != GrpcStatus.OK) {
      throw new AssertionError(running.end());
    }
    return response;
  }

  /** A measurement. */
  public static Measurement measurement(String series, long id, double... values) {
    Measurement.Builder measurement =
        Measurement.newBuilder().setSeries(series).setConfigurationId(id);
    for (double value : values) {
      measurement.addValues(value);
    }
    return measurement.build();
  }

  @Override
  public void close() {
    try {
      client
          .close()
          .transform(v -> vertx.close())
          .toCompletionStage()
          .toCompletableFuture()
          .get(60, TimeUnit.SECONDS);
    } catch (InterruptedException | ExecutionException | TimeoutException e) {
      throw new AssertionError(e);
    }
  }
}
