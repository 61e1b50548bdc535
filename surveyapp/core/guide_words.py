"""The words of the conversation guide: what may be said, asked and done, case by case.

Plain words about behaviour, never about what a person is; no numbers, since the page shows beside
each line what it rests on. Which cases hold is in `findings`, which lines are chosen in `guide`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from surveyapp.core.findings import Case
from surveyapp.core.questionnaire import N_


@dataclass(frozen=True)
class Words:
    """A case's lines for one audience, untranslated; a case without an opening cannot lead."""

    question: str
    step: str | None = None
    opening: str | None = None


LEADER: Final[dict[Case, Words]] = {
    Case.NO_RESULT: Words(
        N_("What would make it easy and safe for people to tell you what they think?"),
        N_("Ask the team what should stay as it is in how you follow their work, and what not."),
        N_("There is no result to show this time. That says nothing about how you lead."),
    ),
    Case.NO_POSITION: Words(
        N_("How do people notice that you look at their work?"),
        N_("Tell the team how you follow their work, and ask what they see of it."),
        N_("People answered, but too few said enough for a place on the map."),
    ),
    Case.FEW_ANSWERED: Words(
        N_("What might this picture miss, with only a part of the team in it?"),
        N_("Show the picture as a first hint, and ask what would make it easier to answer."),
        N_("Fewer than half answered, so the picture may change once more people speak."),
    ),
    Case.TWO_CAMPS: Words(
        N_("Where does your way of following work differ from one task to another?"),
        N_("Ask each person how closely to follow their work, and leave the survey out of it."),
        N_("Two groups see opposite things here, and the middle describes neither of them."),
    ),
    Case.LEFT_ALONE: Words(
        N_("Which work is hard right now, and when did you last look at it together?"),
        N_("Fix a regular time with each person, for their work and their questions."),
        N_("You leave much room, and it seems to be felt as being left alone."),
    ),
    Case.EARNED_FREEDOM: Words(
        N_("How will you notice in time that somebody needs you?"),
        N_("Keep the freedom, and agree on one fixed point to look at results together."),
        N_("You leave much room, and it seems to suit people who know their work."),
    ),
    Case.OPEN_FREEDOM: Words(
        N_("How would you find out whether this much freedom suits people?"),
        N_("Ask each person which work they want to do alone, and where they want you near."),
        N_("You leave much room. Whether it suits each person is for them to say."),
    ),
    Case.MORE_TRUST: Words(
        N_("What does a person take away from the checks that you make most often?"),
        N_("At your next check, say what it is for, and ask at the end what was useful."),
        N_("Your trust comes across more clearly than what your checks are good for."),
    ),
    Case.MORE_PURPOSE: Words(
        N_("Which decision do you still make that somebody in the team could make?"),
        N_("Hand over one decision that matters, and say that you count on their judgment."),
        N_("Your help comes across more clearly than your trust."),
    ),
    Case.MICRO_MANAGING: Words(
        N_("For which of your checks could you say what the other person learns from it?"),
        N_("Before your next check, say what it is for and what the person can take from it."),
        N_("When you look at the work, it seems to be felt as control more than as help."),
    ),
    Case.MICRO_LEADING: Words(
        N_("By which sign do you see that somebody is ready for a harder task?"),
        N_("Ask which check helps most and which one could be simpler, and act on both."),
        N_("When you look at the work, it seems to be felt as help more than as control."),
    ),
    Case.BETWEEN: Words(
        N_("What would you have to see in the next weeks to know which reading is right?"),
        N_("Ask the team for one example of a check that helped and one that did not."),
        N_("The answers do not point one way, so examples matter more than the dot."),
    ),
    Case.DIFFERENT_AMOUNTS: Words(
        N_("People need different amounts. In which work do you treat everybody alike?"),
        N_("Agree with each person on how closely you follow which part of their work."),
    ),
    Case.TOO_LITTLE: Words(
        N_("People would like more of your attention. In which work would it help most?"),
        N_("Offer a regular time for questions, and look at one hard task together each time."),
    ),
    Case.TOO_MUCH: Words(
        N_("People could do with less. Which look at their work would nobody miss?"),
        N_("Choose one kind of work that you look at only at the end, and say until when."),
    ),
    Case.READINGS_DIFFER: Words(N_("Why may people’s word and the rule of thumb differ?")),
    Case.OWN_EXPERIENCE: Words(N_("Where does your view of people’s experience differ, and why?")),
    Case.SURPRISES: Words(
        N_("Check-ins seem to be agreed on seldom. What makes you look when you do?"),
        N_("Agree with the team on when you will look at what, and keep to it."),
    ),
    Case.OWN_TRUST: Words(N_("You see trust differently. How do people notice that you trust?")),
    Case.OWN_OTHER: Words(N_("Which difference from your own answers surprises you most?")),
    Case.SEEN_DIFFERENTLY: Words(N_("Views differ widely. When do you act differently?")),
    Case.KEEP: Words(N_("What do you want to keep, whatever a survey says?")),
    Case.CHANGE: Words(N_("Which one change would the team ask for, if you asked them?")),
}

TEAM: Final[dict[Case, Words]] = {
    Case.NO_RESULT: Words(
        N_("What would we have liked to talk about with a result?"),
        N_("Choose one thing in how our work is followed to talk about without one."),
        N_("There is no result for us this time. Nobody will be asked whether they answered."),
    ),
    Case.NO_POSITION: Words(
        N_("How do we notice that somebody looks at our work?"),
        N_("Agree on one moment in the month in which we look at work together."),
        N_("Too few of us said enough for a place on the map."),
    ),
    Case.FEW_ANSWERED: Words(
        N_("What about our work could be missing from this picture?"),
        N_("Agree on what would make it easier to answer next time."),
        N_("Fewer than half of us are in this picture, so we take it as a first hint."),
    ),
    Case.TWO_CAMPS: Words(
        N_("For which work is close contact useful, and for which does it get in the way?"),
        N_("Let each of us agree with our leader on how closely which work is followed."),
        N_("The answers form two groups. Both views count, and nobody has to tell theirs."),
    ),
    Case.LEFT_ALONE: Words(
        N_("At which points would it help to have somebody look at our work with us?"),
        N_("Fix a regular time to bring questions to our leader, and try it for a month."),
        N_("We have much freedom, and the answers say that it can feel like being left alone."),
    ),
    Case.EARNED_FREEDOM: Words(
        N_("What do we need so that this freedom still works when things get hard?"),
        N_("Agree on one fixed point at which we look at results together."),
        N_("We have much freedom, and it seems to suit us."),
    ),
    Case.OPEN_FREEDOM: Words(
        N_("Where do we like to work alone, and where would we like more contact?"),
        N_("Let each of us name, to our leader alone, one task to do alone and one to share."),
        N_("We have much freedom. Whether it suits each of us is worth talking about."),
    ),
    Case.MORE_TRUST: Words(
        N_("What would have to happen in a check for us to learn something from it?"),
        N_("Try one check in which the person whose work it is says what to look at."),
        N_("In our answers, trust comes across more clearly than the use of checks."),
    ),
    Case.MORE_PURPOSE: Words(
        N_("Which decisions could be made by those who do the work?"),
        N_("Choose one decision that moves to the person who does the work, and say from when."),
        N_("In our answers, help comes across more clearly than trust."),
    ),
    Case.MICRO_MANAGING: Words(
        N_("Which checks help us, which ones hold us up, and what is each of them for?"),
        N_("Choose one check to do in another way, and look back at it in a month."),
        N_("When our work is looked at, the answers say that it often feels like control."),
    ),
    Case.MICRO_LEADING: Words(
        N_("Which checks help us most, and what makes them work?"),
        N_("Choose one check to keep as it is, and one to do in a simpler way."),
        N_("When our work is looked at, the answers say that it mostly feels like help."),
    ),
    Case.BETWEEN: Words(
        N_("When did a check help us lately, and when did one get in the way?"),
        N_("Choose one small change to try for a month, and say how we will judge it."),
        N_("The answers give no clear picture, so examples matter more than the dot."),
    ),
    Case.DIFFERENT_AMOUNTS: Words(
        N_("We need different amounts. What does it depend on: task, time, experience?"),
        N_("Let each of us agree with our leader on how closely which work is followed."),
    ),
    Case.TOO_LITTLE: Words(
        N_("In which work would more attention help us?"),
        N_("Agree on a regular time for questions, and on what to bring to the first one."),
    ),
    Case.TOO_MUCH: Words(
        N_("Which look at our work would nobody miss?"),
        N_("Choose one kind of work that is looked at only at the end, and say until when."),
    ),
    Case.READINGS_DIFFER: Words(N_("What does the rule of thumb not know about our work?")),
    Case.OWN_EXPERIENCE: Words(N_("Where does our leader see our experience differently?")),
    Case.SURPRISES: Words(
        N_("Which check-ins come as a surprise, and what would be a good moment instead?"),
        N_("Write down together when our leader will look at what."),
    ),
    Case.OWN_TRUST: Words(N_("Our views on trust differ. What shows us that we are trusted?")),
    Case.OWN_OTHER: Words(N_("Where our leader’s view differs: what may each side not see?")),
    Case.SEEN_DIFFERENTLY: Words(N_("Our views differ widely. What is different in our work?")),
    Case.KEEP: Words(N_("What in the way our work is followed should stay as it is?")),
    Case.CHANGE: Words(N_("Which one change would help us most in the next weeks?")),
}

COACH: Final[dict[Case, Words]] = {
    Case.NO_RESULT: Words(
        N_("From where does the leader know how people feel led, if not from a survey?"),
        N_("Agree on what the leader will ask the team instead."),
        N_("There is no result to look at, so talk about other ways to hear from people."),
    ),
    Case.NO_POSITION: Words(
        N_("How could the team know how the leader follows their work?"),
        N_("Plan one visible check-in with each person, and hear later what came of it."),
        N_("Too few said enough for a place on the map, so do not guess one."),
    ),
    Case.FEW_ANSWERED: Words(
        N_("What, apart from time, may have kept people from answering?"),
        N_("Agree on one thing that makes it easier to answer next time."),
        N_("Fewer than half answered, so help the leader not to read too much into the dot."),
    ),
    Case.TWO_CAMPS: Words(
        N_("Where does the leader act differently, and is it a choice or a habit?"),
        N_("Prepare a talk with each person on how closely to follow their work."),
        N_("Two groups see opposite things. Do not let the leader guess who is in which."),
    ),
    Case.LEFT_ALONE: Words(
        N_("What keeps the leader away: time, trust, or not wanting to disturb?"),
        N_("Put a first regular talk with each person into the calendar right now."),
        N_("Much freedom, and it seems to be felt as being left alone. Look at it without blame."),
    ),
    Case.EARNED_FREEDOM: Words(
        N_("What would be the first sign that the freedom no longer suits somebody?"),
        N_("Agree on one fixed point at which leader and team look at results together."),
        N_("Much freedom, and it seems to suit people. Look at what makes it work."),
    ),
    Case.OPEN_FREEDOM: Words(
        N_("From where does the leader know how people live with this freedom?"),
        N_("Prepare two open questions that the leader will put to each person."),
        N_("Much freedom. Whether it suits people is for them to say, so asking comes first."),
    ),
    Case.MORE_TRUST: Words(
        N_("Whom does each of the usual checks serve, and does the person know?"),
        N_("Rehearse how the leader opens a check: what it is for, what the person gains."),
        N_("Trust comes across, the use of checks less. Talk about what checks are for."),
    ),
    Case.MORE_PURPOSE: Words(
        N_("Where does the leader help without being asked, and what does that tell people?"),
        N_("Choose one decision to hand over, and rehearse how the leader says so."),
        N_("Help comes across, trust less. Talk about which decisions the leader keeps."),
    ),
    Case.MICRO_MANAGING: Words(
        N_("What does the leader fear would happen without these checks?"),
        N_("Choose one check, and rehearse how the leader explains what it is for."),
        N_("Checks are seemingly felt as control. Start with what the leader means by them."),
    ),
    Case.MICRO_LEADING: Words(
        N_("Who has grown lately, and did the leader’s closeness change with it?"),
        N_("Agree on a sign that shows the leader when a check has done its work."),
        N_("Checks are seemingly felt as help. Look at how people grow out of them."),
    ),
    Case.BETWEEN: Words(
        N_("Which recent scenes speak for one reading, and which for the other?"),
        N_("Let the leader ask the team for examples, and look at them next time."),
        N_("There is no clear picture, so collect examples and do not settle on a style."),
    ),
    Case.DIFFERENT_AMOUNTS: Words(
        N_("People need different amounts. How can the leader learn this from each of them?"),
        N_("Prepare a talk with each person on how closely to follow their work."),
    ),
    Case.TOO_LITTLE: Words(
        N_("People would like more attention. What could the leader drop to have time for it?"),
        N_("Find a fixed hour in the leader’s week for questions, and protect it."),
    ),
    Case.TOO_MUCH: Words(
        N_("People could do with less. What does the leader gain from looking so often?"),
        N_("Choose one kind of work to look at only at the end, and a date to look back."),
    ),
    Case.READINGS_DIFFER: Words(N_("People’s word or the rule of thumb: what explains the gap?")),
    Case.OWN_EXPERIENCE: Words(N_("Leader and team differ on experience. What is each based on?")),
    Case.SURPRISES: Words(
        N_("Check-ins are seldom agreed on. What would agreed times cost the leader?"),
        N_("Draft a check-in agreement that the leader takes to the team."),
    ),
    Case.OWN_TRUST: Words(N_("Leader and team differ on trust. How is trust made visible?")),
    Case.OWN_OTHER: Words(N_("Which difference from the team’s view is hardest to believe?")),
    Case.SEEN_DIFFERENTLY: Words(N_("Views differ widely. When does the leader act differently?")),
    Case.KEEP: Words(N_("What does the leader want to keep, whatever a survey says?")),
    Case.CHANGE: Words(N_("What will the leader say to the team first, and when?")),
}
