package org.fieldstream.server;

import java.util.function.Supplier;
import org.fieldstream.server.grpc.CallMeter;
import org.fieldstream.server.grpc.SubscriptionMeter;
import org.fieldstream.server.session.DeviceMeter;
import org.fieldstream.server.session.StreamMeter;
import org.fieldstream.server.session.StreamMeters;

/**
 * All that watches a server.
 *
 * @param streams opens a meter for each stream
 * @param calls watches calls
 * @param subscriptions opens a meter for each subscription
 * @param device watches the device's thread
 * @param scrape the text that {@code /metrics} shows
 */
public record ServerMeters(
    StreamMeters streams,
    CallMeter calls,
    Supplier<SubscriptionMeter> subscriptions,
    DeviceMeter device,
    Supplier<String> scrape) {
  /** Watches nothing. */
  public static final ServerMeters NONE =
      new ServerMeters(
          (plan, chains) -> StreamMeter.NONE,
          CallMeter.NONE,
          () -> SubscriptionMeter.NONE,
          DeviceMeter.NONE,
          () -> "");
}
