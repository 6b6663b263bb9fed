package org.fieldstream.client.sdk;

import io.vertx.grpc.client.GrpcClient;
import io.vertx.grpc.common.GrpcStatus;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.fieldstream.v1.Model;
import org.fieldstream.v1.ModelServiceGrpcClient;
import org.fieldstream.v1.TrainModelRequest;
import org.fieldstream.v1.TrainModelResponse;
import org.jspecify.annotations.Nullable;

/**
 * One TrainModel call. It is not tried again: the server ends a training with its call, and whether
 * to begin another one is its caller's to say.
 */
final class ModelTraining implements StreamingCall.Listener<TrainModelRequest, TrainModelResponse> {
  private final ClientOptions options;
  private final TrainModelRequest request;
  private final Consumer<TrainModelResponse> progress;
  private final CompletableFuture<Model> result = new CompletableFuture<>();
  private boolean sent;
  private @Nullable Model model;

  private ModelTraining(
      ClientOptions options, TrainModelRequest request, Consumer<TrainModelResponse> progress) {
    this.options = options;
    this.request = request;
    this.progress = progress;
  }

  /** Starts the training; the future's cancellation ends it. */
  static CompletableFuture<Model> start(
      Strand strand,
      GrpcClient grpc,
      ClientOptions options,
      TrainModelRequest request,
      Consumer<TrainModelResponse> progress) {
    ModelTraining training = new ModelTraining(options, request, progress);
    StreamingCall<TrainModelRequest, TrainModelResponse> call =
        new StreamingCall<>(strand, options, training);
    Consumer<FieldstreamException> clientClosed = training.result::completeExceptionally;
    Runnable opening =
        () -> {
          if (!training.result.isDone()) {
            call.open(grpc, ModelServiceGrpcClient.TrainModel, Long.MAX_VALUE);
          }
        };
    if (!strand.begin(opening, clientClosed)) {
      training.result.completeExceptionally(OpenCalls.reason());
    }
    training.result.whenComplete(
        (made, failure) -> {
          strand.leave(clientClosed);
          if (training.result.isCancelled()) {
            strand.run(() -> call.cancel());
          }
        });
    return training.result;
  }

  @Override
  public void onWritable(StreamingCall<TrainModelRequest, TrainModelResponse> from) {
    if (!sent) {
      sent = true;
      from.write(request);
      from.finish();
    }
  }

  @Override
  public void onMessage(
      StreamingCall<TrainModelRequest, TrainModelResponse> from, TrainModelResponse message) {
    if (message.hasModel()) {
      model = message.getModel();
    }
    progress.accept(message);
  }

  @Override
  public void onEnd(StreamingCall<TrainModelRequest, TrainModelResponse> from) {
    if (model == null) {
      result.completeExceptionally(
          new FieldstreamException(
              GrpcStatus.DATA_LOSS, "model: none came (expected: one, in the last message)", null));
    } else {
      result.complete(model);
    }
  }

  @Override
  public void onRefused(
      StreamingCall<TrainModelRequest, TrainModelResponse> from, FieldstreamException reason) {
    result.completeExceptionally(reason);
  }

  @Override
  public void onBroken(StreamingCall<TrainModelRequest, TrainModelResponse> from, Throwable cause) {
    result.completeExceptionally(
        new FieldstreamException(
            GrpcStatus.UNAVAILABLE,
            "server: %s (%s)%s"
                .formatted(
                    options.address(),
                    Reasons.of(cause),
                    sent ? "; the training ended with the connection, begin it again" : ""),
            "server",
            cause));
  }
}
