package org.fieldstream.server.grpc;

import com.google.protobuf.InvalidProtocolBufferException;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleConsumer;
import org.fieldstream.monitoring.alarms.Alarm;
import org.fieldstream.monitoring.meters.SeriesEstimate;
import org.fieldstream.server.error.ErrorCode;
import org.fieldstream.server.error.ServiceException;
import org.fieldstream.server.measurement.ComponentEstimate;
import org.fieldstream.server.measurement.Measurement;
import org.fieldstream.server.measurement.MeasurementLimits;
import org.fieldstream.server.measurement.Outcome;
import org.fieldstream.server.measurement.Refused;
import org.fieldstream.server.measurement.SeriesName;
import org.fieldstream.server.measurement.SeriesSnapshot;
import org.fieldstream.v1.Estimate;
import org.fieldstream.v1.RecordRequest;
import org.fieldstream.v1.RecordResponse;
import org.fieldstream.v1.Refusal;
import org.jspecify.annotations.Nullable;

/** Measurements and their estimates as messages, and back. Costs time: not for event loops. */
final class MeasurementMessages {
  /** Estimates beyond this are left out of an answer: many clients take no more than 4 MiB. */
  static final int MOST_BYTES = 3 << 20;

  private MeasurementMessages() {}

  /**
   * Reads a request.
   *
   * @throws ServiceException where it is none, or has no or too many measurements
   */
  static RecordRequest request(Buffer bytes) {
    RecordRequest request;
    try {
      request = RecordRequest.parseFrom(bytes.getBytes());
    } catch (InvalidProtocolBufferException e) {
      throw Methods.badMessage("unreadable", "a RecordRequest");
    }
    int count = request.getMeasurementsCount();
    if (count == 0 || count > MeasurementLimits.MAX_MEASUREMENTS) {
      throw ServiceException.field(
          ErrorCode.BAD_FIELD,
          "measurements",
          "measurements: "
              + count
              + " in request "
              + Long.toUnsignedString(request.getSequence())
              + " (expected: 1 to "
              + MeasurementLimits.MAX_MEASUREMENTS
              + ")");
    }
    return request;
  }

  /** The measurements of a request. */
  static List<Measurement> measurements(RecordRequest request) {
    List<Measurement> measurements = new ArrayList<>(request.getMeasurementsCount());
    for (org.fieldstream.v1.Measurement message : request.getMeasurementsList()) {
      double[] values = new double[message.getValuesCount()];
      for (int c = 0; c < values.length; c++) {
        values[c] = message.getValues(c);
      }
      measurements.add(
          new Measurement(
              message.getSeries(),
              Integer.toUnsignedLong(message.getReplica()),
              message.getConfigurationId(),
              values,
              message.hasLogWeight(),
              message.getLogWeight()));
    }
    return measurements;
  }

  /** The answer to a request. */
  static RecordResponse response(long sequence, Outcome outcome) {
    RecordResponse.Builder response =
        RecordResponse.newBuilder()
            .setSequence(sequence)
            .setStored(outcome.stored())
            .setDuplicates(outcome.duplicates());
    for (Refused refused : outcome.refused()) {
      response.addRefusals(refusal(refused));
    }
    long bytes = 0;
    for (SeriesSnapshot snapshot : outcome.estimates()) {
      org.fieldstream.v1.SeriesEstimate estimate = estimate(snapshot);
      bytes += estimate.getSerializedSize();
      if (bytes > MOST_BYTES) {
        break;
      }
      response.addEstimates(estimate);
    }
    return response.build();
  }

  private static Refusal refusal(Refused refused) {
    Measurement measurement = refused.measurement();
    String series = measurement.series();
    return Refusal.newBuilder()
        .setConfigurationId(measurement.configuration())
        .setReplica((int) measurement.replica())
        .setReason(refused.reason())
        .setSeries(series.substring(0, Math.min(series.length(), SeriesName.LONGEST)))
        .build();
  }

  /** A recorded series. */
  static org.fieldstream.v1.SeriesEstimate estimate(SeriesSnapshot snapshot) {
    org.fieldstream.v1.SeriesEstimate.Builder message =
        org.fieldstream.v1.SeriesEstimate.newBuilder().setSeries(snapshot.name());
    for (ComponentEstimate component : snapshot.components()) {
      Estimate.Builder estimate =
          Estimate.newBuilder().setMean(component.mean()).setCount(component.count());
      known(component.error(), estimate::setError);
      known(component.errorOfError(), estimate::setErrorOfError);
      known(component.tauInt(), estimate::setTauInt);
      known(component.tauIntError(), estimate::setTauIntError);
      known(component.effectiveN(), estimate::setEffectiveSampleSize);
      message.addComponents(estimate);
    }
    for (Alarm alarm : snapshot.alarms()) {
      message.addAlarms(AlarmMessages.of(alarm));
    }
    return message.build();
  }

  /**
   * What the server measures on its own streams.
   *
   * @param measured null where nothing was measured yet: a series without components
   */
  static org.fieldstream.v1.SeriesEstimate estimate(
      String name, @Nullable SeriesEstimate measured) {
    org.fieldstream.v1.SeriesEstimate.Builder message =
        org.fieldstream.v1.SeriesEstimate.newBuilder().setSeries(name);
    if (measured != null && Double.isFinite(measured.mean())) {
      Estimate.Builder estimate =
          Estimate.newBuilder().setMean(measured.mean()).setCount(measured.n());
      known(measured.error(), estimate::setError);
      known(measured.tauInt(), estimate::setTauInt);
      known(measured.tauIntError(), estimate::setTauIntError);
      known(
          Math.min(measured.n(), measured.n() / (2 * measured.tauInt())),
          estimate::setEffectiveSampleSize);
      message.addComponents(estimate);
    }
    return message.build();
  }

  private static void known(double value, DoubleConsumer setter) {
    if (Double.isFinite(value)) {
      setter.accept(value);
    }
  }
}
