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
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.fieldstream.v1.CurrentState;
import org.fieldstream.v1.DType;
import org.fieldstream.v1.ProposalAsk;
import org.fieldstream.v1.ProposalSession;
import org.fieldstream.v1.ProposalVerdict;
import org.fieldstream.v1.ProposeRequest;
import org.fieldstream.v1.ProposeResponse;
import org.fieldstream.v1.SamplerServiceGrpcClient;
import org.jspecify.annotations.Nullable;

/**
 * Independent proposals from a flow for a Markov chain that runs here, and the way to mix them in.
 *
 * <p>A chain that alternates n updates of its own, each of which leaves exp(-S) invariant, such as
 * HMC trajectories, with one accept-reject step on a proposal x' drawn from q leaves exp(-S)
 * invariant as a whole, for the steps do one by one:
 *
 * <pre>
 * accept x' over x with probability min(1, exp(Delta)),
 * Delta = [log q(x) - log q(x')] - [S(x') - S(x)]
 * </pre>
 *
 * This is Metropolis-Hastings with the proposal density q(x') (W. K. Hastings, Biometrika 57 (1970)
 * 97; L. Tierney, Ann. Statist. 22 (1994) 1701, section 2.3.1): exp(-S(x)) q(x') min(1, exp(Delta))
 * is symmetric in x and x', which is detailed balance, whatever q is, provided that log q(x) is the
 * density of the very flow that makes x'. After updates of its own the chain does not know log
 * q(x): it tells x, and the server computes it by the flow's inverse, in double.
 *
 * <pre>{@code
 * try (Proposals flow =
 *     client.propose(
 *         ProposalSession.newBuilder()
 *             .setModel("phi4-continuous-16x16").setSeed(1)
 *             .setDtype(DType.DTYPE_FLOAT64).setJudge(Judge.JUDGE_SERVER).build())) {
 *   for (int i = 0; i < sweeps; i++) {
 *     x = hmc(x, n);                                    // n trajectories of one's own
 *     ProposalBatch step = flow.ask(1, flow.state(x));  // the server draws, and decides
 *     if (step.accepted()[0]) {
 *       x = step.field(0);
 *     }
 *     measure(x);                                       // accepted or not
 *   }
 * }
 * }</pre>
 *
 * With the default judge the client decides, with its own random numbers, from {@link
 * ProposalBatch#logWeight} and {@link ProposalBatch#current}, and reports its verdicts.
 *
 * <p>Proposal i is a function of (model, seed, i, kind of machine): two chains take two seeds, and
 * a chain that goes on later opens its session with {@code first_index} one past the last proposal
 * it received. A session does not survive its connection.
 *
 * <p>Safe for use by many threads; asks are answered in their order.
 */
public final class Proposals implements AutoCloseable {
  private final Strand strand;
  private final ClientOptions options;
  private final ProposalSession session;
  private final ProposalVerifier verifier;
  private final Future<GrpcClientRequest<ProposeRequest, ProposeResponse>> opened;

  private final Consumer<FieldstreamException> clientClosed = this::end;

  /** Asks without an answer, in order; on the context. */
  private final Queue<Asked> asked = new ArrayDeque<>();

  /** Why nothing more is answered; on the context. */
  private @Nullable FieldstreamException over;

  private @Nullable KeepAlive keepAlive;

  /** An ask and where its answer goes. */
  private record Asked(int count, Promise<ProposalBatch> answer) {}

  Proposals(Strand strand, GrpcClient grpc, ClientOptions options, ProposalSession session) {
    this.strand = strand;
    this.options = options;
    this.session = session;
    verifier = new ProposalVerifier(session);
    Promise<GrpcClientRequest<ProposeRequest, ProposeResponse>> promise = Promise.promise();
    opened = promise.future();
    Runnable opening =
        () ->
            grpc.request(
                    SocketAddress.inetSocketAddress(options.port(), options.host()),
                    SamplerServiceGrpcClient.Propose)
                .timeout(options.callTimeout().toMillis(), TimeUnit.MILLISECONDS)
                .onSuccess(this::open)
                .onFailure(this::broken)
                .onComplete(promise);
    if (!strand.begin(opening, clientClosed)) {
      end(OpenCalls.reason());
    }
    send(ProposeRequest.newBuilder().setSession(session).build());
  }

  private void open(GrpcClientRequest<ProposeRequest, ProposeResponse> request) {
    keepAlive =
        new KeepAlive(
            strand.vertx(),
            request.connection(),
            options.keepAlive(),
            () -> broken(new TimeoutException("ping")));
    request.exceptionHandler(this::broken);
    request.response().onSuccess(this::receive).onFailure(this::broken);
  }

  private void receive(GrpcClientResponse<ProposeRequest, ProposeResponse> response) {
    response.exceptionHandler(this::broken);
    response.errorHandler(
        error -> end(new FieldstreamException(error.status, "the session was reset", null)));
    response.invalidMessageHandler(
        cause ->
            end(
                new FieldstreamException(
                    GrpcStatus.DATA_LOSS, "answer: cannot be read", null, cause)));
    response.endHandler(
        ignored -> {
          // The server has said its last; this side must not stay open.
          opened.onSuccess(GrpcClientRequest::cancel);
          GrpcStatus status = response.status();
          end(
              status == GrpcStatus.OK
                  ? new FieldstreamException(status, "the session has ended", null)
                  : StatusDetails.exception(
                      status == null ? GrpcStatus.UNKNOWN : status,
                      response.trailers(),
                      response.headers()));
        });
    response.handler(this::answered);
  }

  private void answered(ProposeResponse message) {
    Asked ask = asked.poll();
    if (ask == null || over != null) {
      return;
    }
    try {
      ask.answer().complete(verifier.verify(message, ask.count()));
    } catch (FieldstreamException e) {
      ask.answer().fail(e);
      end(e);
      opened.onSuccess(GrpcClientRequest::cancel);
    }
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
    if (over == null) {
      over = reason;
      strand.leave(clientClosed);
      if (keepAlive != null) {
        keepAlive.stop();
      }
      for (Asked ask = asked.poll(); ask != null; ask = asked.poll()) {
        ask.answer().fail(reason);
      }
    }
  }

  private void send(ProposeRequest message) {
    strand.run(() -> write(message));
  }

  private void write(ProposeRequest message) {
    opened.onSuccess(
        request -> {
          if (over == null) {
            request.write(message);
          }
        });
  }

  /** What was asked for. */
  public ProposalSession session() {
    return session;
  }

  /**
   * Asks for proposals and waits for them.
   *
   * @param count how many, at least 1
   * @throws FieldstreamException where the session has failed; {@code CANCELLED} where the waiting
   *     thread was interrupted
   */
  public ProposalBatch ask(int count) {
    return wait(askAsync(count, null));
  }

  /**
   * Tells the chain's state, asks for proposals, and waits for them.
   *
   * @param count how many, at least 1
   * @param current the state, such as {@link #state}
   * @throws FieldstreamException as {@link #ask(int)}
   */
  public ProposalBatch ask(int count, CurrentState current) {
    return wait(askAsync(count, current));
  }

  /**
   * Asks for proposals; many asks may be under way.
   *
   * @param count how many, at least 1
   * @param current the chain's state; null where it is not told
   * @return fails with {@link FieldstreamException}
   */
  public CompletableFuture<ProposalBatch> askAsync(int count, @Nullable CurrentState current) {
    if (count < 1) {
      throw new IllegalArgumentException("count: " + count + " (expected: >= 1)");
    }
    ProposalAsk.Builder ask = ProposalAsk.newBuilder().setCount(count);
    if (current != null) {
      ask.setCurrent(current);
    }
    ProposeRequest message = ProposeRequest.newBuilder().setAsk(ask).build();
    Promise<ProposalBatch> answer = Promise.promise();
    boolean open =
        strand.run(
            () -> {
              if (over != null) {
                answer.fail(over);
              } else {
                asked.add(new Asked(count, answer));
                write(message);
              }
            });
    if (!open) {
      answer.fail(OpenCalls.reason());
    }
    return answer.future().toCompletionStage().toCompletableFuture();
  }

  /**
   * Reports the client's decisions, where it is the judge: they are counted as acceptance.
   *
   * @param firstIndex index of the first proposal judged
   * @param accepted whether it and those after it were accepted; each is judged at most once
   */
  public void judge(long firstIndex, boolean... accepted) {
    ProposalVerdict.Builder verdict = ProposalVerdict.newBuilder().setFirstIndex(firstIndex);
    for (boolean decision : accepted) {
      verdict.addAccepted(decision);
    }
    send(ProposeRequest.newBuilder().setVerdict(verdict).build());
  }

  /**
   * A state by its field, in the session's number format: FLOAT64 loses nothing.
   *
   * @param field {@code [components, L0, L1, ...]}, C order; not modified
   */
  public CurrentState state(double[] field) {
    boolean wide = session.getDtype() == DType.DTYPE_FLOAT64;
    ByteBuffer bytes =
        ByteBuffer.allocate(field.length * (wide ? Double.BYTES : Float.BYTES))
            .order(ByteOrder.LITTLE_ENDIAN);
    for (double value : field) {
      if (wide) {
        bytes.putDouble(value);
      } else {
        bytes.putFloat((float) value);
      }
    }
    CurrentState.Builder state =
        CurrentState.newBuilder().setFields(UnsafeByteOperations.unsafeWrap(bytes.flip()));
    return state.setCrc32C(Checksum.of(state.getFields())).build();
  }

  private static ProposalBatch wait(CompletableFuture<ProposalBatch> answer) {
    try {
      return answer.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new FieldstreamException(
          GrpcStatus.CANCELLED, "interrupted while waiting for proposals", null, e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof FieldstreamException) {
        FieldstreamException cause = (FieldstreamException) e.getCause();
        // Thrown anew, so that the trace shows who waited.
        throw new FieldstreamException(
            cause.status(), String.valueOf(cause.getMessage()), cause.field(), cause);
      }
      throw new IllegalStateException("proposals: failed", e.getCause());
    }
  }

  /** Ends the session; what is not answered yet fails with {@code CANCELLED}. */
  @Override
  public void close() {
    strand.run(
        () -> {
          if (over == null) {
            boolean waiting = !asked.isEmpty();
            end(new FieldstreamException(GrpcStatus.CANCELLED, "the session was closed", null));
            opened.onSuccess(
                request -> {
                  if (waiting) {
                    request.cancel();
                  } else {
                    request.end();
                  }
                });
          }
        });
  }
}
