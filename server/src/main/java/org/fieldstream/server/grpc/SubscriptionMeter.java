package org.fieldstream.server.grpc;

/** Watches one subscription. Called on its event loop: must be quick. */
public interface SubscriptionMeter extends AutoCloseable {
  /** Watches nothing. */
  SubscriptionMeter NONE =
      new SubscriptionMeter() {
        @Override
        public void heldBytes(long bytes) {}

        @Override
        public void waitBegan() {}

        @Override
        public void waitEnded() {}

        @Override
        public void close() {}
      };

  /** The subscription holds so many bytes now. */
  void heldBytes(long bytes);

  /** It has stopped asking for work because its client does not read fast enough. */
  void waitBegan();

  /** It asks for work again. */
  void waitEnded();

  /** It is over. */
  @Override
  void close();
}
