package org.fieldstream.client.testing;

import com.google.protobuf.Any;
import com.google.rpc.BadRequest;
import com.google.rpc.Status;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.grpc.common.GrpcStatus;
import io.vertx.grpc.server.GrpcServer;
import io.vertx.grpc.server.GrpcServerOptions;
import io.vertx.grpc.server.GrpcServerRequest;
import io.vertx.grpc.server.GrpcServerResponse;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;
import org.fieldstream.v1.GetModelRequest;
import org.fieldstream.v1.GetModelResponse;
import org.fieldstream.v1.ListModelsRequest;
import org.fieldstream.v1.ListModelsResponse;
import org.fieldstream.v1.Model;
import org.fieldstream.v1.ModelServiceGrpcService;
import org.fieldstream.v1.SamplerServiceGrpcService;
import org.fieldstream.v1.SubscribeRequest;
import org.fieldstream.v1.SubscribeResponse;

/**
 * A real gRPC server on a loopback port with a deterministic sampler behind it, and faults on
 * demand: what becomes of each call is decided by a {@link Plan} made from the call's number.
 */
public final class FakeServer implements AutoCloseable {
  /** What becomes of one call. */
  public static final class Plan {
    int messages = Integer.MAX_VALUE;
    Ending ending = Ending.COMPLETE;
    GrpcStatus status = GrpcStatus.OK;
    String sentence = "";
    String field = "";
    UnaryOperator<SubscribeResponse> change = UnaryOperator.identity();
    long millis;

    /** Serves the call as it should be. */
    public static Plan serve() {
      return new Plan();
    }

    /** Ends the call after some messages. */
    public Plan after(int messages, Ending ending) {
      this.messages = messages;
      this.ending = ending;
      return this;
    }

    /** Ends the call with a status after some messages. */
    public Plan after(int messages, GrpcStatus status, String sentence, String field) {
      this.messages = messages;
      this.ending = Ending.STATUS;
      this.status = status;
      this.sentence = sentence;
      this.field = field;
      return this;
    }

    /** Writes a message every so many milliseconds. */
    public Plan every(long millis) {
      this.millis = millis;
      return this;
    }

    /** Changes every message on its way. */
    public Plan changing(UnaryOperator<SubscribeResponse> change) {
      this.change = change;
      return this;
    }
  }

  /** Ways a call can end. */
  public enum Ending {
    COMPLETE,
    CLOSE_CONNECTION,
    RESET_STREAM,
    STATUS
  }

  /** Decides each call. */
  @FunctionalInterface
  public interface Planner {
    Plan plan(int call);
  }

  private final Vertx vertx = Vertx.vertx();
  private final HttpServer http;
  private final Planner planner;
  private final Map<String, Model> models = new TreeMap<>();
  private final List<SubscribeRequest> calls = new CopyOnWriteArrayList<>();
  private final AtomicLong written = new AtomicLong();
  private final AtomicLong cancelled = new AtomicLong();

  public FakeServer(Planner planner, Model... models) {
    this(0, planner, models);
  }

  public FakeServer(int port, Planner planner, Model... models) {
    this.planner = planner;
    for (Model model : models) {
      this.models.put(model.getId(), model);
    }
    GrpcServer grpc =
        GrpcServer.server(vertx, new GrpcServerOptions().setMaxMessageSize(64L << 20));
    grpc.callHandler(SamplerServiceGrpcService.Subscribe, this::subscribe);
    grpc.callHandler(ModelServiceGrpcService.ListModels, this::list);
    grpc.callHandler(ModelServiceGrpcService.GetModel, this::get);
    http =
        await(
            vertx
                .createHttpServer(
                    new HttpServerOptions()
                        .setHost("127.0.0.1")
                        .setPort(port)
                        .setReuseAddress(true))
                .requestHandler(grpc)
                .listen());
  }

  public int port() {
    return http.actualPort();
  }

  /** The requests of all Subscribe calls so far. */
  public List<SubscribeRequest> calls() {
    return new ArrayList<>(calls);
  }

  /** Messages written so far, all calls together. */
  public long written() {
    return written.get();
  }

  /** Calls cancelled by the client so far. */
  public long cancelled() {
    return cancelled.get();
  }

  private void subscribe(GrpcServerRequest<SubscribeRequest, SubscribeResponse> call) {
    call.handler(
        request -> {
          calls.add(request);
          if (!models.isEmpty() && !models.containsKey(request.getModel())) {
            refuse(
                call.response(),
                GrpcStatus.NOT_FOUND,
                "model: " + request.getModel() + " (expected: one of " + models.keySet() + ")",
                "model");
            return;
          }
          Model model = models.get(request.getModel());
          SubscribeRequest resolved =
              request.hasTarget() || model == null
                  ? request
                  : request.toBuilder().setTarget(model.getTarget()).build();
          new Pump(call, new FakeStream(resolved), planner.plan(calls.size())).run();
        });
  }

  private void list(GrpcServerRequest<ListModelsRequest, ListModelsResponse> call) {
    call.handler(
        request ->
            call.response()
                .end(ListModelsResponse.newBuilder().addAllModels(models.values()).build()));
  }

  private void get(GrpcServerRequest<GetModelRequest, GetModelResponse> call) {
    call.handler(
        request -> {
          Model model = models.get(request.getModel());
          if (model == null) {
            refuse(
                call.response(),
                GrpcStatus.NOT_FOUND,
                "model: " + request.getModel() + " (expected: one of " + models.keySet() + ")",
                "model");
          } else {
            call.response().end(GetModelResponse.newBuilder().setModel(model).build());
          }
        });
  }

  static void refuse(
      GrpcServerResponse<?, ?> response, GrpcStatus status, String sentence, String field) {
    response.status(status).statusMessage(sentence);
    if (!field.isEmpty()) {
      Status details =
          Status.newBuilder()
              .setCode(status.code)
              .setMessage(sentence)
              .addDetails(
                  Any.pack(
                      BadRequest.newBuilder()
                          .addFieldViolations(
                              BadRequest.FieldViolation.newBuilder()
                                  .setField(field)
                                  .setDescription(sentence))
                          .build()))
              .build();
      response
          .trailers()
          .set(
              "grpc-status-details-bin",
              Base64.getEncoder().withoutPadding().encodeToString(details.toByteArray()));
    }
    response.end();
  }

  /** Writes one call's messages at the client's pace. */
  private final class Pump {
    private final GrpcServerRequest<SubscribeRequest, SubscribeResponse> call;
    private final FakeStream stream;
    private final Plan plan;
    private int sent;
    private boolean over;

    Pump(
        GrpcServerRequest<SubscribeRequest, SubscribeResponse> call, FakeStream stream, Plan plan) {
      this.call = call;
      this.stream = stream;
      this.plan = plan;
      call.errorHandler(
          error -> {
            over = true;
            cancelled.incrementAndGet();
          });
      call.exceptionHandler(error -> over = true);
      call.response().exceptionHandler(error -> over = true);
    }

    void run() {
      GrpcServerResponse<SubscribeRequest, SubscribeResponse> response = call.response();
      while (!over) {
        if (sent == plan.messages) {
          end();
          return;
        }
        if (stream.isComplete()) {
          over = true;
          response.end();
          return;
        }
        if (response.writeQueueFull()) {
          response.drainHandler(ignored -> run());
          return;
        }
        sent++;
        written.incrementAndGet();
        response.write(plan.change.apply(stream.next()));
        if (plan.millis > 0) {
          vertx.setTimer(plan.millis, ignored -> run());
          return;
        }
      }
    }

    private void end() {
      over = true;
      switch (plan.ending) {
        case COMPLETE -> call.response().end();
        case CLOSE_CONNECTION -> call.connection().close();
        case RESET_STREAM -> call.response().cancel();
        case STATUS -> refuse(call.response(), plan.status, plan.sentence, plan.field);
      }
    }
  }

  private static <T> T await(io.vertx.core.Future<T> future) {
    try {
      return future.toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    } catch (Exception e) {
      throw new IllegalStateException("server: cannot be started or stopped", e);
    }
  }

  @Override
  public void close() {
    await(vertx.close());
  }
}
