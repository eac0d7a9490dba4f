// A text written for this project, for models that learn to write. Knows nothing.

/** The story of a lighthouse keeper and the sea, about nine thousand characters in plain English. */
export const corpus = `The keeper and the sea

There was once a small island with a tall white lighthouse, and in the lighthouse lived a keeper who was not old and not young. Every evening the keeper climbed the stairs, one hundred and twelve of them, and lit the lamp. Every morning the keeper climbed the stairs again and put the lamp out. In between there was the night, and the night belonged to the sea.

The sea was large and could not sit still. It came to the island from the west, and it left the island to the east, and on the way it told the stones everything that it had seen. The stones did not answer. They were good at listening, and they had time.

The keeper listened too. At first the sea said only one thing, again and again, the way a child says its first word. Hush, said the sea. Hush, hush. But the keeper sat on the steps in the evening with a cup of tea, and listened, and after a while there was more in it. There was a long sound and a short sound. There was a sound that came before the rain. There was a sound that came after the ships.

"I will write it down," said the keeper, and went to find a pencil.

On the first night the keeper wrote down one page, and it was all the same letter. On the second night there were two letters. On the third night there were words, but they were not words of any language. On the tenth night the keeper read what was written, and laughed, because in the middle of the page stood a real word, and the word was "stone".

"So that is how you learn to speak," said the keeper to the sea. "You say what you hear. You hear the stones all day, so you speak of stones."

Hush, said the sea. But it was listening now.

From then on the keeper talked to the sea every evening. The keeper talked of small things, because small things are the best to begin with. The keeper said: this is a cup. The cup is warm. The tea is in the cup. The sea said: the sea is in the cup. The keeper said: no, the sea is too large for the cup. And the sea said, after a long time: the cup is in the sea. That was so true that the keeper wrote it on the wall.

In the spring the birds came back. There were gulls and terns and a grey goose who had lost her way. The goose sat down on the roof and would not leave. "What are you doing here?" asked the keeper. "I am waiting," said the goose. "For what?" asked the keeper. "I do not know it yet," said the goose. "When it comes I will know that I was waiting for it." The keeper thought that this was a fine way to wait, and gave her some bread.

In the summer the nights were short, and there was little time for the lamp and little time for talking. A painter came to the island in a small boat. He painted the lighthouse in the morning, when it was rose, and at noon, when it was white, and in the evening, when it was gold. "How do you choose the colour?" asked the keeper. "I look at it," said the painter, "and I put down what I see, and then I look at it again and see where I was wrong. Then I change it a little. Never a lot, always a little. If I change it a lot, I lose what was right." The keeper told this to the sea, and the sea moved one stone from the left to the right, and looked at it, and moved it back a little.

In the autumn there was a storm. The wind came from the north and the rain came from everywhere. The waves were as high as the door, and then they were as high as the window. The keeper stood at the lamp all night and turned the glass by hand, because the clockwork had stopped. Far out there was a ship, and the ship had lost its way like the goose, but it did not have a roof to sit on.

"Listen," called the keeper into the wind. "There is a ship. It must not come to the stones. Tell it to go around the stones!"

And the sea, which had learned to speak from a keeper and a cup, said it. It said it in the long sound and in the short sound. It said: stone, stone, stone. It said: here is the stone, go around the stone. The captain of the ship stood at the wheel and heard it in the dark. He had never heard the sea speak, and he did not believe it now, but he turned the wheel. It is good to turn the wheel when something says stone, even if you do not believe it.

In the morning the storm was over. The ship lay in the quiet water behind the island, and the captain came up the path with his hat in his hand. "Someone called me," said the captain. "It was the sea," said the keeper. "The sea does not call," said the captain. "No," said the keeper, "but it learns." And they drank tea, and the captain had two cups.

When winter came, the keeper read all the pages from the first to the last. There were a thousand pages now. In the first pages the sea said one letter, and in the next pages it said one word, and in the last pages it told stories. They were not long stories. In the middle of a story the sea would forget the beginning, and then it would go on in some other way, as if nothing had happened. A fish would go to the market and come home as a bell. A king would sit down to eat and stand up as the rain. The keeper liked these stories very much.

"You forget too soon," said the keeper. "That is why the fish becomes a bell. When you tell the end, you must still hold the beginning. You need a place to keep it."

Where, said the sea, is a place to keep it?

The keeper thought about this for the whole winter. The wind takes everything away, and the sand lets everything in. But a shell is closed on one side and open on the other. What goes in can stay in, and what stays in can come out when it is wanted. So the keeper laid a shell on the beach for every word that mattered: one for the fish, one for the market, one for the way home. And the sea washed over the shells, and it took a little from each and left a little in each, and when it came to the end of the story it looked into the first shell, and there was the fish.

The fish came home as a fish. It had bought a bell.

"That is a good story," said the keeper. "Tell it again."

So the sea told it again, and it was a little better, and it told it again, and it was a little better still. The goose on the roof stood up and stretched her wings. "That is what I was waiting for," she said, and she flew away to the south and told it to all the other geese.

Years went by, as they do on islands, one wave after the other. The keeper grew old, and climbed the stairs more slowly, and counted them to be sure that there were still one hundred and twelve. The painter came back with grey in his beard. The captain came back with a new ship, and always brought tea. And in the evening they all sat on the steps and looked to the west, where the light goes down, and the sea told them what it had heard that day: how the whales sing one low note under the ice, how the river asks the sea its name and forgets its own, how the moon pulls on the water, gently, and never lets go, and never comes near.

"Is it true?" the captain would ask.

"Some of it is," said the keeper. "It says what comes next. It has heard so much that what comes next is often true."

"And when it is not true?"

"Then it is a story," said the painter, and put a little more gold on the edge of the sky.

Hush, said the sea. Hush, hush. And after a while: the cup is warm. The lamp is lit. The ship goes around the stone. Good night.
`;
