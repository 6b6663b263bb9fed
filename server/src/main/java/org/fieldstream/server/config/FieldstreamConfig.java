package org.fieldstream.server.config;

/**
 * Everything that can be configured. A key is the section and the name of the record's component,
 * for example {@code server.grpcPort}; in a file the section is a mapping, in the environment the
 * same key is {@code FIELDSTREAM_SERVER_GRPC_PORT}.
 *
 * @param server where it listens
 * @param device what computes
 * @param session what streams may take
 * @param measurement what recorded measurements may take
 * @param data where models and measurements are kept
 */
public record FieldstreamConfig(
    ServerConfig server,
    DeviceConfig device,
    SessionConfig session,
    MeasurementConfig measurement,
    DataConfig data) {
  /** Unless configured. */
  public static final FieldstreamConfig DEFAULTS =
      new FieldstreamConfig(
          ServerConfig.DEFAULTS,
          DeviceConfig.DEFAULTS,
          SessionConfig.DEFAULTS,
          MeasurementConfig.DEFAULTS,
          DataConfig.DEFAULTS);
}
