package org.fieldstream.server.training;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.fieldstream.kernels.machine.VectorMachine;
import org.fieldstream.server.generator.Model;
import org.fieldstream.server.generator.flow.SplitShape;
import org.fieldstream.server.theory.Target;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** How trainings of a server end before they are done. */
@Timeout(120)
class TrainingsTest {
  @TempDir Path directory;

  /** Notes the end; lets a training run no further than its second step until it is told to. */
  private static final class Watcher implements Trainings.Listener {
    final BlockingQueue<String> ends = new LinkedBlockingQueue<>();
    final CountDownLatch begun = new CountDownLatch(2);
    final CountDownLatch goOn = new CountDownLatch(1);
    private final Path directory;
    private long resumedAt = -1;
    private String end = "";

    Watcher(Path directory) {
      this.directory = directory;
    }

    @Override
    public void step(long step, long steps, double loss, double spread) {
      begun.countDown();
      if (step == 2) {
        try {
          assertThat(goOn.await(60, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
          throw new IllegalStateException(e);
        }
      }
    }

    @Override
    public void evaluated(long step, double ess, double acceptance) {}

    @Override
    public void doubled(double error, double ess) {}

    @Override
    public void rolledBack(long step, String why, double rateFactor) {}

    @Override
    public void resumed(long step, double bestEss) {
      resumedAt = step;
    }

    @Override
    public void trained(Model model) {
      end = "trained from " + resumedAt;
    }

    @Override
    public void failed(Exception failure) {
      end = "failed: " + failure.getMessage();
    }

    @Override
    public void cancelled() {
      try {
        Trainings.delete(directory);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      end = "cancelled";
    }

    @Override
    public void brokenOff() {
      end = "broken off";
    }

    @Override
    public void left() {
      ends.add(end);
    }
  }

  private TrainingJob job() {
    return TrainingJob.of(
        new TrainingPlan(
            "mine",
            new Target("phi4", List.of(4, 4), Map.of("m2", 1.0, "lambda", 0.5)),
            SplitShape.parse("0:1", 1, 0),
            null,
            1,
            8,
            16,
            3e-3,
            20,
            2,
            1,
            "train",
            directory.resolve("mine")));
  }

  private static Trainings trainings() {
    return new Trainings(() -> new VectorMachine(1));
  }

  /** Such as a class that a machine needs and that is not there. */
  @Test
  void whateverFailsIsToldAndTheNextMayBegin() throws Exception {
    Trainings trainings =
        new Trainings(
            () -> {
              throw new NoClassDefFoundError("com/example/Driver");
            });
    for (int round = 0; round < 2; round++) {
      Watcher watcher = new Watcher(directory.resolve("mine"));
      assertThat(trainings.start(job(), watcher)).isNotNull();
      assertThat(watcher.ends.poll(60, TimeUnit.SECONDS)).startsWith("failed: ").contains("Driver");
    }
  }

  @Test
  void oneAtATimeAndACancelledOneLeavesNothing() throws Exception {
    Trainings trainings = trainings();
    Watcher first = new Watcher(directory.resolve("mine"));
    Trainings.Training training = trainings.start(job(), first);
    assertThat(training).isNotNull();
    assertThat(first.begun.await(60, TimeUnit.SECONDS)).isTrue();
    assertThat(trainings.start(job(), new Watcher(directory))).isNull();
    assertThat(trainings.current()).isEqualTo("mine");
    training.cancel();
    first.goOn.countDown();
    assertThat(first.ends.poll(60, TimeUnit.SECONDS)).isEqualTo("cancelled");
    assertThat(directory.resolve("mine")).doesNotExist();
    assertThat(trainings.current()).isNull();
  }

  @Test
  void theServersEndKeepsTheCheckpointFromWhichTheSamePlanGoesOn() throws Exception {
    Trainings ending = trainings();
    Watcher first = new Watcher(directory.resolve("mine"));
    assertThat(ending.start(job(), first)).isNotNull();
    assertThat(first.begun.await(60, TimeUnit.SECONDS)).isTrue();
    // Too impatient for a step that does not end; it is told all the same.
    ending.close(Duration.ofMillis(1));
    first.goOn.countDown();
    assertThat(first.ends.poll(60, TimeUnit.SECONDS)).isEqualTo("broken off");
    assertThat(ending.start(job(), first)).isNull();
    Watcher second = new Watcher(directory.resolve("mine"));
    second.goOn.countDown();
    assertThat(trainings().start(job(), second)).isNotNull();
    assertThat(second.ends.poll(60, TimeUnit.SECONDS)).isEqualTo("trained from 2");
    assertThat(directory.resolve("mine/model.json")).exists();
  }
}
