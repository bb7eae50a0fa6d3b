"""What may come in: shape and type of what people type, with Japanese messages. Forms never save."""
