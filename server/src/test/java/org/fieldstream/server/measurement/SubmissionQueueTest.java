package org.fieldstream.server.measurement;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.fieldstream.monitoring.meters.FieldstreamMeters;
import org.fieldstream.server.error.ServiceException;
import org.junit.jupiter.api.Test;

/** Who waits for room is told of it. */
final class SubmissionQueueTest {
  private static final long SIZE = 1000;

  private final SubmissionQueue queue =
      new SubmissionQueue(SIZE, new FieldstreamMeters(new SimpleMeterRegistry()).measurements());

  private static Submission submission() {
    return new Submission() {
      @Override
      public long bytes() {
        return SIZE;
      }

      @Override
      public List<Measurement> read() {
        return List.of();
      }

      @Override
      public void acknowledged(Outcome outcome) {}

      @Override
      public void failed(ServiceException reason) {}
    };
  }

  /** Those that are told first have nothing to put in, so that nobody would tell the others. */
  @Test
  void allAreToldWhenNothingWaits() throws InterruptedException {
    AtomicInteger told = new AtomicInteger();
    assertThat(queue.offer(submission())).isTrue();
    for (int i = 0; i < 1000; i++) {
      queue.whenRoom(told::incrementAndGet);
    }
    assertThat(told).hasValue(0);
    queue.done(queue.take(SIZE, null));
    assertThat(told).hasValue(1000);
  }

  /** A queue that is nearly full again lets in some at a time. */
  @Test
  void someAreToldWhileOthersStillWait() throws InterruptedException {
    AtomicInteger told = new AtomicInteger();
    assertThat(queue.offer(submission())).isTrue();
    assertThat(queue.offer(submission())).isTrue();
    queue.whenRoom(told::incrementAndGet);
    queue.done(queue.take(SIZE, null));
    // As much as fits waits still.
    assertThat(told).hasValue(0);
    assertThat(queue.offer(submission())).isTrue();
    queue.done(queue.take(SIZE, null));
    assertThat(told).hasValue(0);
    queue.done(queue.take(SIZE, null));
    assertThat(told).hasValue(1);
  }
}
