package org.fieldstream.client.cli;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.JsonFormat;
import java.util.List;
import org.fieldstream.v1.Measurement;

/**
 * A JSON object a line, as the API's {@code Measurement} is written in JSON: {@code
 * {"series":"run7/plaquette","configuration_id":12,"values":[0.59]}}.
 */
final class JsonMeasurements implements MeasurementReader {
  @Override
  public List<Measurement> read(String line) {
    if (line.isBlank()) {
      return List.of();
    }
    Measurement.Builder measurement = Measurement.newBuilder();
    try {
      JsonFormat.parser().merge(line, measurement);
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalArgumentException(
          "not a measurement in JSON (expected: series, configuration_id, values, and perhaps"
              + " replica and log_weight): "
              + e.getMessage(),
          e);
    }
    return List.of(measurement.build());
  }
}
