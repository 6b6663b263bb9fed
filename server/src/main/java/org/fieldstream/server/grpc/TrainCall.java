package org.fieldstream.server.grpc;

import com.google.protobuf.Duration;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.fieldstream.server.error.ErrorCode;
import org.fieldstream.server.error.ServiceException;
import org.fieldstream.server.generator.Model;
import org.fieldstream.server.model.DescriptionNotes;
import org.fieldstream.server.model.FactKeys;
import org.fieldstream.server.model.ModelFileException;
import org.fieldstream.server.model.ModelStore;
import org.fieldstream.server.training.Trainer;
import org.fieldstream.server.training.TrainingException;
import org.fieldstream.server.training.TrainingJob;
import org.fieldstream.server.training.Trainings;
import org.fieldstream.v1.Quality;
import org.fieldstream.v1.TrainModelRequest;
import org.fieldstream.v1.TrainModelResponse;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One call of {@code TrainModel}: progress about once a second and with every evaluation, then the
 * model. A client that does not read misses progress, never the model.
 */
final class TrainCall implements Trainings.Listener {
  private static final Logger LOG = LoggerFactory.getLogger(TrainCall.class);
  private static final long INTERVAL = TimeUnit.SECONDS.toNanos(1);

  private final Call<TrainModelResponse> call;
  private final ModelStore models;
  private final TrainingJob job;
  private final TrainModelRequest request;
  private final Function<Model, org.fieldstream.v1.Model> message;
  private final long begun = System.nanoTime();
  private volatile boolean gone;

  /** On the training's thread, as all below. */
  private long lastProgress = begun;

  private double loss = Double.NaN;

  /** Steps to do; a training on an ensemble tells with its first one. */
  private long total;

  /** What the client is told in the end; given once the next training may begin. */
  private Runnable answer = this::lost;

  TrainCall(
      Call<TrainModelResponse> call,
      ModelStore models,
      TrainingJob job,
      TrainModelRequest request,
      Function<Model, org.fieldstream.v1.Model> message) {
    this.call = call;
    this.models = models;
    this.job = job;
    this.total = job.steps();
    this.request = request;
    this.message = message;
  }

  /** Starts it; on the call's event loop. */
  void start(Trainings trainings) {
    Trainings.Training training = trainings.start(job, this);
    if (training == null) {
      call.fail(
          ServiceException.retryable(
              ErrorCode.QUOTA_EXCEEDED,
              "trainings: one runs (expected: none; wait for model %s)"
                  .formatted(trainings.current()),
              java.time.Duration.ofSeconds(30)));
      return;
    }
    call.onEnd(
        () -> {
          gone = true;
          training.cancel();
        });
  }

  @Override
  public void step(long step, long steps, double recent, double spread) {
    loss = recent;
    total = steps;
    // The last one too: the measurement that follows may take long.
    if (step == steps || System.nanoTime() - lastProgress >= INTERVAL) {
      tell(progress(step).build());
    }
  }

  @Override
  public void evaluated(long step, double ess, double acceptance) {
    Quality.Builder quality =
        Quality.newBuilder()
            .setEssFraction(ess)
            .setAcceptance(acceptance)
            .setSampleCount(Trainer.SAMPLES);
    tell(progress(step).setQuality(quality).build());
  }

  @Override
  public void doubled(double error, double ess) {
    LOG.debug("training {}: log q moves by {} under doubled steps", job.id(), error);
  }

  @Override
  public void rolledBack(long step, String why, double rateFactor) {
    LOG.info("training {}: back to step {}: {}", job.id(), step, why);
  }

  @Override
  public void resumed(long step, double bestEss) {
    LOG.info("training {}: goes on from step {}, ESS {}", job.id(), step, bestEss);
  }

  private TrainModelResponse.Builder progress(long step) {
    lastProgress = System.nanoTime();
    TrainModelResponse.Builder progress =
        TrainModelResponse.newBuilder().setStep(step).setSteps(total).setElapsed(elapsed());
    return Double.isNaN(loss) ? progress : progress.setLoss(loss);
  }

  private Duration elapsed() {
    long nanos = System.nanoTime() - begun;
    return Duration.newBuilder()
        .setSeconds(nanos / 1_000_000_000)
        .setNanos((int) (nanos % 1_000_000_000))
        .build();
  }

  private void tell(TrainModelResponse progress) {
    call.context()
        .runOnContext(
            v -> {
              if (!call.isOver() && !call.response().writeQueueFull()) {
                call.write(progress);
              }
            });
  }

  @Override
  public void trained(Model model) {
    if (gone) {
      cancelled();
      return;
    }
    try {
      DescriptionNotes.addFacts(job.directory(), request.getFactsMap());
      Trainer.forget(job.directory());
      Model adopted = models.adopt(job.id(), job.directory());
      LOG.info("training {}: done, ESS/N {}", job.id(), adopted.facts().get(FactKeys.ESS_FRACTION));
      TrainModelResponse last = progress(total).setModel(message.apply(adopted)).build();
      answer = () -> call.reply(last);
    } catch (ModelFileException | IOException e) {
      LOG.error("training {}: its model cannot be taken on", job.id(), e);
      failed(e);
    }
  }

  @Override
  public void failed(Exception failure) {
    // Else its checkpoint would stand in the way of a request that does better.
    discard();
    ServiceException told =
        failure instanceof TrainingException
            ? ServiceException.of(
                ErrorCode.TRAINING_FAILED, String.valueOf(failure.getMessage()), failure)
            : ServiceException.of(
                ErrorCode.TRAINING_FAILED,
                "the training failed; the server's log has the cause",
                failure);
    answer = () -> call.fail(told);
  }

  @Override
  public void cancelled() {
    LOG.info("training {}: cancelled", job.id());
    discard();
  }

  private void discard() {
    try {
      Trainings.delete(job.directory());
    } catch (IOException e) {
      LOG.warn("training {}: {} is left behind", job.id(), job.directory(), e);
    }
  }

  @Override
  public void brokenOff() {
    ServiceException told =
        ServiceException.retryable(
            ErrorCode.DRAINING,
            "the server is shutting down; the same request goes on from the checkpoint",
            java.time.Duration.ofSeconds(1));
    answer = () -> call.fail(told);
  }

  private void lost() {
    call.fail(
        ServiceException.of(
            ErrorCode.INTERNAL, "the training ended; the server's log has the cause"));
  }

  @Override
  public void left() {
    Runnable last = answer;
    call.context().runOnContext(v -> last.run());
  }
}
