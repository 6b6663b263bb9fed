package org.fieldstream.server.session;

import java.util.List;
import org.fieldstream.monitoring.alarms.Alarm;

/** Watches the configurations of one stream. Called on the device's thread: must be quick. */
public interface StreamMeter extends AutoCloseable {
  /** Watches nothing. */
  StreamMeter NONE =
      new StreamMeter() {
        @Override
        public void configuration(boolean accepted, double logWeight, double[] observables) {}

        @Override
        public void close() {}
      };

  /**
   * The field of the next configuration, before {@link #configuration} tells the rest of it.
   *
   * @param index index of the configuration in the stream
   * @param fields values {@code [components][L0]...} from {@code offset} on, C order; not modified,
   *     only valid during the call
   * @param levels the same at the plan's levels of noise; not modified, only valid during the call
   * @param offset index of the first value
   */
  default void field(long index, float[] fields, float[][] levels, int offset) {}

  /**
   * The next configuration of the stream.
   *
   * @param accepted whether its proposal was accepted
   * @param logWeight -S - log q of the proposal's draw (nats); NaN where no q exists
   * @param observables all observables of the theory for this configuration; not modified, only
   *     valid during the call
   */
  void configuration(boolean accepted, double logWeight, double[] observables);

  /** What looks wrong with the stream so far, at most one alarm of each kind. */
  default List<Alarm> alarms() {
    return List.of();
  }

  /** The stream is over. */
  @Override
  void close();
}
