package org.fieldstream.server.testing;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.PoolOptions;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.fieldstream.v1.SubscribeRequest;
import org.fieldstream.v1.WatchRequest;

/**
 * Subscribes and does not read: plain HTTP/2, so that nothing but its window of 64 KiB takes
 * anything from the server, where a gRPC client would take 16 messages before it stops. Each
 * subscription has a connection of its own, as if each were another client.
 */
public final class StalledClient implements AutoCloseable {
  /** What a stream of this client takes from the server without reading, in bytes. */
  public static final int WINDOW = 65_535;

  private static final long CANCEL = 8;

  private final Vertx vertx = Vertx.vertx();
  private final HttpClient client;
  private final int port;

  /** A client of a server on a loopback port. */
  public StalledClient(int port) {
    this.port = port;
    this.client =
        vertx.createHttpClient(
            new HttpClientOptions()
                .setProtocolVersion(HttpVersion.HTTP_2)
                .setHttp2ClearTextUpgrade(false)
                .setHttp2MultiplexingLimit(1),
            new PoolOptions().setHttp2MaxSize(1000));
  }

  /** A subscription nobody reads. */
  public static final class Stall {
    private final HttpClientRequest request;
    private final HttpClientResponse response;
    private final AtomicLong bytes = new AtomicLong();
    private final Promise<String> end = Promise.promise();

    Stall(HttpClientRequest request, HttpClientResponse response) {
      this.request = request;
      this.response = response;
      response.handler(buffer -> bytes.addAndGet(buffer.length()));
      response.exceptionHandler(end::tryFail);
      response.endHandler(v -> end.tryComplete(response.getTrailer("grpc-status")));
    }

    /** Starts to read. */
    public void read() {
      response.resume();
    }

    /** Bytes read. */
    public long bytes() {
      return bytes.get();
    }

    /** Waits for the end: the number of its status, or an exception if the stream was reset. */
    public String status() {
      return TestServer.await(end.future());
    }

    /** Cancels the stream. */
    public void cancel() {
      TestServer.await(request.reset(CANCEL));
    }
  }

  /** Subscribes; returns when the response has begun. */
  public Stall subscribe(SubscribeRequest message) {
    return subscribe(message, Duration.ZERO);
  }

  /** Watches; returns when the response has begun. */
  public Stall watch(WatchRequest message) {
    return call("/fieldstream.v1.MeasurementService/Watch", message.toByteArray(), Duration.ZERO);
  }

  /** Subscribes with a deadline that the server is told of and the client does not keep. */
  public Stall subscribe(SubscribeRequest message, Duration deadline) {
    return call("/fieldstream.v1.SamplerService/Subscribe", message.toByteArray(), deadline);
  }

  private Stall call(String uri, byte[] bytes, Duration deadline) {
    Buffer body = Buffer.buffer().appendByte((byte) 0).appendInt(bytes.length).appendBytes(bytes);
    HttpClientRequest request =
        TestServer.await(client.request(HttpMethod.POST, port, "127.0.0.1", uri));
    // Before the request goes out, so that not a byte is read.
    Future<Stall> stall =
        request
            .response()
            .map(
                response -> {
                  response.pause();
                  return new Stall(request, response);
                });
    if (!deadline.isZero()) {
      request.putHeader("grpc-timeout", deadline.toMillis() + "m");
    }
    request.putHeader("content-type", "application/grpc").putHeader("te", "trailers").end(body);
    return TestServer.await(stall);
  }

  @Override
  public void close() {
    TestServer.await(client.close().transform(v -> vertx.close()));
  }
}
