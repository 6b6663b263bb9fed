package org.fieldstream.client.sdk;

import com.google.protobuf.UnsafeByteOperations;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.net.SocketAddress;
import io.vertx.grpc.client.GrpcClient;
import io.vertx.grpc.client.GrpcClientRequest;
import io.vertx.grpc.client.GrpcClientResponse;
import io.vertx.grpc.common.GrpcStatus;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.fieldstream.v1.ConfigurationBatch;
import org.fieldstream.v1.DType;
import org.fieldstream.v1.EnsembleHeader;
import org.fieldstream.v1.EnsembleServiceGrpcClient;
import org.fieldstream.v1.PushRequest;
import org.fieldstream.v1.PushResponse;
import org.jspecify.annotations.Nullable;

/**
 * Live configurations of a Markov chain that runs here, on their way into an ensemble of the
 * server.
 *
 * <pre>{@code
 * try (EnsemblePush push =
 *     client.push(
 *         EnsembleHeader.newBuilder()
 *             .setEnsemble("run-7").setTarget(target).setDtype(DType.DTYPE_FLOAT64)
 *             .setGenerator("my hmc 1.2").build())) {
 *   for (long t = 0; t < trajectories; t += 10) {
 *     x = hmc(x, 10);
 *     push.add(0, t, x, action(x));         // waits where the server is slower
 *   }
 *   PushResponse answer = push.finish();    // all of it is durable now
 * }
 * }</pre>
 *
 * What the answer does not tell of is not durable: after a broken call the client pushes the same
 * again, and what is there already counts as a duplicate. For one thread at a time.
 */
public final class EnsemblePush implements AutoCloseable {
  private final Strand strand;
  private final ClientOptions options;
  private final EnsembleHeader header;
  private final Future<GrpcClientRequest<PushRequest, PushResponse>> opened;
  private final Promise<PushResponse> answer = Promise.promise();
  private final CompletableFuture<PushResponse> answered;
  private final Consumer<FieldstreamException> clientClosed = this::end;
  private Future<Void> written;

  /** The message on its way, or the last one that was; on the context. */
  private @Nullable Promise<Void> writing;

  /** The connection's watch; on the context. */
  private @Nullable KeepAlive keepAlive;

  EnsemblePush(Strand strand, GrpcClient grpc, ClientOptions options, EnsembleHeader header) {
    this.strand = strand;
    this.options = options;
    this.header = header;
    answered = answer.future().toCompletionStage().toCompletableFuture();
    Promise<GrpcClientRequest<PushRequest, PushResponse>> promise = Promise.promise();
    opened = promise.future();
    Runnable opening =
        () ->
            grpc.request(
                    SocketAddress.inetSocketAddress(options.port(), options.host()),
                    EnsembleServiceGrpcClient.Push)
                .timeout(options.callTimeout().toMillis(), TimeUnit.MILLISECONDS)
                .onSuccess(this::open)
                .onFailure(this::broken)
                .onComplete(promise);
    if (!strand.begin(opening, clientClosed)) {
      end(OpenCalls.reason());
    }
    written = write(PushRequest.newBuilder().setHeader(header).build());
  }

  private void open(GrpcClientRequest<PushRequest, PushResponse> request) {
    keepAlive =
        new KeepAlive(
            strand.vertx(),
            request.connection(),
            options.keepAlive(),
            () -> broken(new TimeoutException("ping")));
    request.exceptionHandler(this::broken);
    request.response().onSuccess(this::receive).onFailure(this::broken);
  }

  private void receive(GrpcClientResponse<PushRequest, PushResponse> response) {
    response.exceptionHandler(this::broken);
    response.errorHandler(
        error -> end(new FieldstreamException(error.status, "the push was reset", null)));
    response.handler(
        message -> {
          answer.tryComplete(message);
          stopWatch();
        });
    response.endHandler(
        ignored -> {
          GrpcStatus status = response.status();
          boolean whole = answer.future().isComplete();
          if (!whole) {
            // The server refuses the rest; this side must not go on sending.
            opened.onSuccess(GrpcClientRequest::cancel);
          }
          end(
              StatusDetails.exception(
                  status == null || status == GrpcStatus.OK ? GrpcStatus.UNKNOWN : status,
                  response.trailers(),
                  response.headers()));
        });
  }

  private void broken(Throwable cause) {
    end(
        new FieldstreamException(
            GrpcStatus.UNAVAILABLE,
            "server: " + options.address() + " (" + Reasons.of(cause) + ")",
            "server",
            cause));
  }

  private void end(FieldstreamException reason) {
    answer.tryFail(reason);
    // What is on its way never leaves: who waits for that is told.
    if (writing != null) {
      writing.tryFail(reason);
    }
    stopWatch();
  }

  private void stopWatch() {
    strand.leave(clientClosed);
    if (keepAlive != null) {
      keepAlive.stop();
    }
  }

  private Future<Void> write(PushRequest message) {
    Promise<Void> done = Promise.promise();
    boolean open =
        strand.run(
            () -> {
              if (answer.future().failed()) {
                done.tryFail(answer.future().cause());
                return;
              }
              writing = done;
              opened
                  .compose(
                      request ->
                          answer.future().isComplete()
                              ? Future.<Void>succeededFuture()
                              : request.write(message))
                  .onSuccess(done::tryComplete)
                  .onFailure(done::tryFail);
            });
    if (!open) {
      done.tryFail(OpenCalls.reason());
    }
    return done.future();
  }

  /** What was said of the ensemble. */
  public EnsembleHeader header() {
    return header;
  }

  /**
   * Sends one configuration; waits until the one before has left for the server.
   *
   * @param replica the chain it belongs to
   * @param id its Monte Carlo time there
   * @param field {@code [components, L0, L1, ...]}, C order; not modified
   * @param action S, which the server compares with its own
   * @throws FieldstreamException where the push has failed
   */
  public void add(int replica, long id, double[] field, double action) {
    add(batch(replica, new long[] {id}, field, new double[] {action}));
  }

  /**
   * Sends a batch; waits until the one before has left for the server.
   *
   * @throws FieldstreamException where the push has failed
   */
  public void add(ConfigurationBatch batch) {
    await(written.toCompletionStage().toCompletableFuture());
    if (answered.isCompletedExceptionally()) {
      await(answered);
    }
    written = write(PushRequest.newBuilder().setBatch(batch).build());
  }

  /**
   * A batch of configurations of one replica, in the ensemble's number format, with its checksum.
   *
   * @param ids Monte Carlo times, strictly increasing
   * @param fields {@code [n, components, L0, L1, ...]}, C order; not modified
   * @param actions S of each; empty for none
   */
  public ConfigurationBatch batch(int replica, long[] ids, double[] fields, double[] actions) {
    boolean wide = header.getDtype() == DType.DTYPE_FLOAT64;
    ByteBuffer bytes =
        ByteBuffer.allocate(fields.length * (wide ? Double.BYTES : Float.BYTES))
            .order(ByteOrder.LITTLE_ENDIAN);
    for (double value : fields) {
      if (wide) {
        bytes.putDouble(value);
      } else {
        bytes.putFloat((float) value);
      }
    }
    List<Integer> extents = header.getTarget().getExtentsList();
    int sites = extents.stream().reduce(1, Math::multiplyExact);
    if (ids.length == 0 || fields.length % (ids.length * sites) != 0) {
      throw new IllegalArgumentException(
          "fields: %d values of %d configurations (expected: a multiple of %d sites each)"
              .formatted(fields.length, ids.length, sites));
    }
    ConfigurationBatch.Builder batch =
        ConfigurationBatch.newBuilder()
            .setReplica(replica)
            .addShape(ids.length)
            .addShape(fields.length / ids.length / sites)
            .addAllShape(extents)
            .setFields(UnsafeByteOperations.unsafeWrap(bytes.flip()));
    for (long id : ids) {
      batch.addConfigurationIds(id);
    }
    for (double action : actions) {
      batch.addAction(action);
    }
    return batch.setCrc32C(Checksum.of(batch.getFields())).build();
  }

  /**
   * Says that this was all, and waits for the answer: then everything is durable.
   *
   * @throws FieldstreamException where the push has failed
   */
  public PushResponse finish() {
    await(written.toCompletionStage().toCompletableFuture());
    strand.run(() -> opened.onSuccess(GrpcClientRequest::end));
    return await(answered);
  }

  private static <T> T await(CompletableFuture<T> future) {
    try {
      return future.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new FieldstreamException(
          GrpcStatus.CANCELLED, "interrupted while pushing configurations", null, e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof FieldstreamException) {
        FieldstreamException cause = (FieldstreamException) e.getCause();
        // Thrown anew, so that the trace shows who waited.
        throw new FieldstreamException(
            cause.status(), String.valueOf(cause.getMessage()), cause.field(), cause);
      }
      throw new FieldstreamException(GrpcStatus.UNAVAILABLE, "push: " + Reasons.of(e), null, e);
    }
  }

  /** Ends the push; where it was not finished, what the server has got so far it may keep. */
  @Override
  public void close() {
    strand.run(
        () -> {
          if (!answer.future().isComplete()) {
            end(new FieldstreamException(GrpcStatus.CANCELLED, "the push was closed", null));
            opened.onSuccess(GrpcClientRequest::cancel);
          }
        });
  }
}
